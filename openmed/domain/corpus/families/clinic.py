"""Families of the clinic: referral letters, visit notes, telephone triage, laboratory reports."""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

CLINIC: Final = (
    Family(
        "referral-01",
        "letter",
        prose("""
            {date.long:0}

            Dear Dr. {provider.last:to},

            I would be grateful for your opinion on {patient.full}, born {dob.long}, who has had
            {complaint} for {num:2-9} months. {patient.He} works as {profession} and takes {med}.
            {test} was normal. Please write to {patient.him} at {street}, {city}, {state} {zip} or
            telephone {phone}.

            With kind regards,

            {provider.full:from}
            {facility}
            """),
    ),
    Family(
        "referral-02",
        "key-value",
        lines("""
            REFERRAL ORDER
            To: {ward}, attn {provider.full:to}   Fax: {fax}
            From: {provider.full:from}            NPI: {npi}
            Patient: {patient.last_first}         SSN: {ssn}
            Member ID: {plan}                     Phone: {phone}
            Dx: {dx}                              Urgency: {pick:routine|within {num:2-10} days}
            Authorized through {date.us:90}
            """),
    ),
    Family(
        "referral-03",
        "letter",
        prose("""
            Re: {patient.full} ({patient.male}, {age} years), chart {mrn}

            Dear colleague, this {patient.man} returned last month from {country}, where
            {patient.he} was born, with {complaint}. I am concerned about {dx}. {patient.He} speaks
            little English; {patient.his} cousin {relative.full} interprets and picks up on {phone}.
            I enclose the {test} of {date.dmy:-8}. {provider.full}, {facility}, fax {fax}.
            """),
        smoke=True,
    ),
    Family(
        "referral-04",
        "letter",
        prose("""
            Thanks for seeing {patient.full} at such short notice,
            {provider.first:to}. As I said on the phone, {patient.he} fainted at work
            ({profession}) on {date.slash:-2}. ECG attached. {patient.His} e-mail is {email} and
            {patient.he} can come any morning. Bill to plan number {plan}. Best,
            {provider.first:from}
            """),
    ),
    Family(
        "referral-05",
        "letter",
        lines("""
            CONSULTATION REPLY                                   {date.mon:0}
            Requested by : {provider.full:gp}, {facility}, {city}
            Concerning   : {patient.full}, DOB {dob.mon}, SSN {ssn}

            I saw your patient in {ward} clinic. Main complaint: {complaint}.
            On examination {vitals}.
            Opinion      : {dx}
            Advice       : start {med}; {test} in {num:2-8} weeks; back to me {date.mon:60}

            {provider.full:consultant}, state license {driver}
            """),
    ),
    Family(
        "visit-01",
        "visit",
        prose("""
            S: {age:19-80} yo {patient.male} here for {complaint}. Works as {profession}. Last seen
            {date.short:-120} by Dr. {provider.last:prev}. O: {vitals}. A: {dx}. P: {med}, recheck
            {test}. Gave {patient.title} {patient.last} the after-visit sheet; results go to
            {email}. RTC {date.short:30}. -- {provider.full:me}, PA-C
            """),
    ),
    Family(
        "visit-02",
        "visit",
        prose("""
            Well-child check, {date.us:0}. {patient.full} is {age:2-16} years old and comes with
            {relative.full}, who moved the family from {street:old} to {street:new} in {city} this
            summer. School form filled. Vaccines up to date per registry no. {study}. Growth at the
            {num:10-90}th percentile. Next visit {date.us:365} with Dr. {provider.last}. Contact:
            {email:relative/}.
            """),
    ),
    Family(
        "visit-03",
        "visit",
        lines("""
            Psychotherapy progress note
            Client {patient.initials} ({patient.full}), session {num:3-30}, {date.dmy:0}
            Therapist {provider.full}, {facility}

            {patient.first} described arguments with {relative.first} about money since losing
            {patient.his} position as {profession}. Mood {pick:low|anxious|brighter}. No plan or
            intent. PHQ-9 = {num:4-22}. Video link used: {url}, client IP {ip}.
            Next: {date.dmy:14}
            """),
    ),
    Family(
        "visit-04",
        "visit",
        prose("""
            Occupational health. Employee {patient.full}, badge {study}, SSN {ssn}, {profession},
            was seen {date.mon:0} after a {pick:needle stick|fall from a ladder|chemical splash}.
            Home address on file: {street}, {city}, {state} {zip}. {vitals}. Fit for {pick:light
            duty|full duty} from {date.mon:5}. Supervisor was copied at {email:provider/boss}.
            Examiner: {provider.full}, license {npi}.
            """),
    ),
    Family(
        "visit-05",
        "visit",
        prose("""
            Geriatric assessment of {patient.title} {patient.full}, who turned {age:90-104} on
            {date.day:-20}. Born in {city}, {country}. MMSE {num:18-30}/30. Lives in {facility},
            room 2{num:10-40}. Power of attorney: {relative.full}, {street}, {zip}, {phone}. Stop
            {med:a}; keep {med:b}. Driver's license {driver} was surrendered on {date.us:-3}.
            {provider.full}, MD
            """),
    ),
    Family(
        "visit-06",
        "visit",
        prose("""
            Travel clinic: {patient.full}, passport {passport}, leaves for {country:a} on
            {date.long:21} and goes on to {country:b} until {date.long:50}. Yellow fever vaccine
            given today ({date.long:0}). Prescribed {med}. Certificate e-mailed to {email}.
            {pick:No contraindications.|Allergy: {allergy}.} {provider.full}, RN
            """),
    ),
    Family(
        "triage-01",
        "visit",
        lines("""
            CALL LOG  {date.us:0} 09:{num:10-59}
            Caller: {relative.full} on behalf of {patient.full} (DOB {dob.us})
            Callback: {phone}
            Reason: {complaint} x {num:2-6} days
            Protocol: {pick:adult respiratory|abdominal pain, adult|dizziness}
            Disposition: {pick:home care|see within 24 h|ED now}
            Advice given by {provider.full}, RN.
            Verified address {street}, {city} {zip}.
            """),
    ),
    Family(
        "triage-02",
        "visit",
        prose("""
            {patient.last_initial} called the after-hours line about {complaint}. Says {patient.he}
            took {med} twice by mistake. Poison center advised observation. I told {patient.title}
            {patient.last} to go to {facility} if worse and texted the address to {phone:cell}.
            Will ring back on {phone:home} before 8. On call: {provider.full}, {date.short:0}.
            """),
    ),
    Family(
        "triage-03",
        "visit",
        lines("""
            VOICEMAIL TRANSCRIPT (auto), {date.iso:0}
            "Hi, this is {patient.full}, that's spelled {patient.caps_last}, my birthday is
            {dob.long}. I'm calling for {provider.first} or, uh, Dr. {provider.last}. I still have
            {complaint}. My social is {ssn} if you need it. I'm at {phone}, or e-mail me, it's
            {email}. Okay, thank you, bye."
            Routed to: {pick:refill pool|nurse pool}
            """),
    ),
    Family(
        "triage-04",
        "visit",
        prose("""
            Tele-visit intake by {provider.full:ma}. Identity confirmed with driver's license
            {driver} and zip {zip}. Patient {patient.last_first} joined from IP {ip} in {city},
            {state}; login {username}. Chief complaint {complaint}. Connected to
            Dr. {provider.last:md} at 11:{num:10-59}, {date.mon:0}. If the call drops use {phone}.
            """),
    ),
    Family(
        "triage-05",
        "visit",
        prose("""
            EMS run sheet. Dispatched to {street}, {city} for a {patient.man} of {age} with
            {complaint}. Bystander {relative.full} ({phone}) began CPR. Vehicle on scene, plate
            {plate}, VIN {vin}, belongs to patient {patient.full}. {vitals}. Delivered to
            {facility}, handed to {provider.full} at 18:{num:10-59} on {date.us:0}.
            """),
    ),
    Family(
        "lab-01",
        "lab",
        lines("""
            {facility}                                 Page 1 of {num:1-3}
            Specimen {accession}     Collected {date.us:-1}     Reported {date.us:0}
            Name {patient.last_first}   Sex {patient.sex}   DOB {dob.us}   MRN {mrn}
            Ordering {provider.full}

            Sodium        1{num:35-45} mmol/L     135-145
            Potassium     {num:3-4}.{num:5-9} mmol/L     3.5-5.1
            Creatinine    0.{num:6-9} mg/dL      0.6-1.2
            Glucose       {num:80-240} mg/dL      70-99   {pick:H|-}
            """),
    ),
    Family(
        "lab-02",
        "lab",
        prose("""
            SURGICAL PATHOLOGY {accession}. Received fresh, labelled "{patient.full}, {mrn}", is a
            {num:2-9} cm fragment of tan tissue. Diagnosis: {pick:benign|tubular adenoma|chronic
            inflammation}, margins clear. Submitted by {provider.full:surgeon} on {date.mon:-2},
            signed {date.mon:0} by {provider.full:path}. Slides may be requested from
            {email:provider/path}.
            """),
    ),
    Family(
        "lab-03",
        "lab",
        lines("""
            MSH|^~\\&|LAB|{facility}|EHR||{date.compact:0}||ORU
            PID|1||{mrn}||{patient.carets}||{dob.compact}|{patient.sex}|||{street}^^{city}^{state}^{zip}
            PV1|1|O|||||{provider.carets}
            OBX|1|NM|Hemoglobin||{num:9-16}.{num:0-9}|g/dL|12.0-16.0
            OBX|2|NM|Platelets||{num:120-400}|10*3/uL|150-400
            NTE|1||SSN on file {ssn}; call {phone}
            """),
    ),
    Family(
        "lab-04",
        "lab",
        prose("""
            Genetics report for {patient.full}, partner of {relative.full}. Sample
            {accession}, study participant {study}, drawn {date.long:-15} at {facility}. Result: no
            pathogenic variant in the {num:20-80} genes tested. Counselor {provider.full} will call
            {phone}. A copy is stored at {url}; sign in as {username}.
            """),
    ),
    Family(
        "lab-05",
        "lab",
        lines("""
            INR CLINIC
            {patient.full}   {dob.short}   {mrn}
            ----------------------------------------
            {date.short:-14}   INR 1.{num:5-9}   warfarin 5 mg
            {date.short:-7}   INR 2.{num:0-4}   warfarin 5 mg
            {date.short:0}   INR 3.{num:1-6}   hold 1 dose
            ----------------------------------------
            Next check {date.short:7}. {provider.initial_last}, PharmD.
            Reminder to {email} and {phone}
            """),
    ),
)
"""In the order they were added."""
