"""Families of `shield-synthetic` on the ward: from the emergency department to the operation.

They share no wording with the golden families. PROFESSION has no label in SHIELD, so no family
asks for one.
"""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

SHIELD_WARD: Final = (
    Family(
        "shield-progress-01",
        "progress-note",
        lines("""
            Hospital Medicine Daily Note
            Hospital day {num:2-9} | Team {num:1-6} | Note date {date.us:0}

            Pt: {patient.last_first_middle}    {age}{patient.sex}    CSN {visit}

            INTERVAL EVENTS
            Overnight cross-cover ({provider.initial_last:night}) was called once for {complaint};
            settled with reassurance. {patient.first} slept in the recliner and feels about the
            same. Neighbor {relative.full} phoned the unit from {phone:kin} and was updated.

            OBJECTIVE
            {vitals}
            Gen: tired, conversant. Lungs: {pick:coarse at both bases|clear|faint wheeze on left}.
            Abd: soft. Ext: trace edema. Lines: one PIV in the left forearm, placed {date.slash:-2}.

            ASSESSMENT AND PLAN
            {age} y/o {patient.man} admitted {date.us:-3} from {city:home} with {dx:a}.
            # {dx:a} - day {num:2-5} of therapy, trend {test} tomorrow, wean supplemental support.
            # Chronic problems - resume {med:b}.
            # Dispo - likely back to {facility:snf} by {date.slash:2}; bed hold number {account}.

            Discussed on rounds with attending {provider.full:att}. Pager/callback {phone:team}.
            Team schedule: {url}
            """),
    ),
    Family(
        "shield-progress-02",
        "progress-note",
        lines("""
            ICU NOTE BY SYSTEM -- {date.mon:0} -- bed {num:10-28}
            {patient.caps_last_first} // {mrn} // {age} yrs // wt {num:50-118} kg

            Neuro     RASS {num:0-2}, follows commands, no sedation since {date.slash:-1}
            Resp      {pick:HFNC 30 L/min, FiO2 40 percent|PSV 8 over 5, FiO2 35 percent}
            CV        off pressors; {vitals}
            GI/Renal  trickle feeds advanced; creatinine peaked and is now falling
            Heme/ID   afebrile; day {num:3-8} of antibiotics, stop date {date.slash:4}
            Lines     R IJ triple lumen placed at {facility:osh} on {date.slash:-4}, to be pulled

            Events: bedside ultrasound by {provider.full:fellow} with {provider.last:attending}
            supervising showed no effusion. Machine archive number {accession}.

            Family: met {relative.full:one} and {relative.first:two} in the conference room. They
            drove in from {city:far}, {state:far} and are staying at {street:motel}. Best number at
            night is {phone:one}; {relative.first:one} would rather get e-mail,
            {email:relative/one}. They confirm that {patient.first} would agree to a trial of days.

            Author: {provider.full:np}, ACNP. Call light team {phone:unit}.
            Critical care time {num:32-75} min, exclusive of procedures.
            """),
    ),
    Family(
        "shield-discharge-01",
        "discharge-summary",
        prose("""
            {facility:here} - Summary of Inpatient Care

            Admission {date.long:-7}. Departure {date.long:0}. Encounter {visit}. Name
            {patient.middle}; birth date {dob.us}; record {mrn}. Responsible physician
            {provider.full:att}; summary prepared by {provider.full:intern}.

            Why the patient came in: {patient.title} {patient.last}, {age} years of age, had been
            in {patient.his} usual state until roughly {date.day:-10}, when {complaint} set in while
            visiting {relative.first} in {city:trip}. An urgent care there gave {med:a} without
            benefit, and {patient.he} was then sent on by {provider.full:uc} of {facility:uc}.

            What we found and did: imaging was in keeping with {dx:a}. The {ward} service saw
            {patient.him} on {date.day:-6} and agreed with medical management. By {date.day:-2}
            {patient.he} was eating, walking the hall and off oxygen. {dx:b} was incidental and can
            be worked up later.

            Going to: home with services at {street}, {city:home}, {state} {zip}. Agency intake line
            {phone:agency}, fax {fax}. Changes: began {med:b}; everything else as before. Pending at
            departure: {test}; the answer will post to {url} within {num:3-9} days. Please ring
            {phone:ward} if it has not. See {provider.full:pcp} on {date.long:8}.
            """),
    ),
    Family(
        "shield-operative-01",
        "operative-note",
        lines("""
            BRIEF OP NOTE WITH FULL DICTATION TO FOLLOW
            Case number: {visit}          Room: {num:1-22}          {date.us:0}

            Preop dx: as on the consent
            Postop dx: same
            Procedure performed: {operation}
            Primary: {provider.full:surg}       Second: {provider.full:res} (PGY-{num:2-5})
            Anesthesia team: {provider.last_first:anes}
            EBL {num:20-250} mL   UOP {num:150-600} mL   IVF {num:800-2400} mL

            Details. {patient.title} {patient.last} ({age} years, {patient.male}, label {mrn}) was
            positioned supine, padded at all pressure points, prepped with chlorhexidine and draped.
            Preoperative antibiotics were in within the hour. Exposure was obtained through the
            {pick:prior scar|standard approach}. Dense adhesions from the {date.month:-2900}
            operation at {facility:prior} were taken down sharply. Hardware with lot label {serial}
            was implanted, and the sticker was sent to the registry at {url}. Fascia was closed with
            running suture, skin with a subcuticular stitch. All counts agreed.

            Afterwards I spoke with {relative.full} in the waiting area and again by telephone
            ({phone:kin}) since {relative.he} had to drive back to {city}, {state} before dark.
            Questions about the drain: clinic {phone:clinic}. Post-op visit {date.us:13}.
            """),
    ),
    Family(
        "shield-triage-01",
        "emergency-triage",
        lines("""
            ED TRIAGE ASSESSMENT  ESI {num:2-4}
            Arrival {date.us:0} 1{num:0-9}:{num:10-59} via {pick:private car|ambulance|police}
            Name on wristband: {patient.caps_last_first}   Visit: {visit}   Age: {age}

            Stated complaint: "{complaint}"
            Onset {num:2-20} hours ago while {pick:doing laundry|gardening|watching a ball game}.
            {vitals}. Pain {num:2-10} of 10. Glucose {num:74-260}.
            Allergies verified: {allergy}
            Home medicines per bottle: {med:a}; {med:b}. Bottle label from {facility:pharm}.
            Screening: no recent travel other than to {country} (returned {date.slash:-16}).

            Brought by roommate {relative.full}, cell {phone:cell}. Lives {street}, {city}
            {zip}. Has no ride home. Photo ID seen: {driver}. Insurance card copied: {plan}.
            Prior ED chart under the spelling {patient.caps_last} at {facility:other}, last visit
            {date.month:-500}.

            Sort nurse {provider.full:rn}, RN. Room assigned {num:3-44}; handed to
            {provider.first:next}. Wait-time texts go to {phone:cell}; MyVisit link {url}.
            """),
    ),
    Family(
        "shield-emergency-01",
        "emergency-note",
        prose("""
            Trauma activation, level {num:1-2}. Prehospital report from Medic {num:10-60}: {age} yo
            restrained front passenger, car against pole near {street:scene}, {city:scene},
            airbags deployed, extricated in {num:5-25} minutes. Registered first as unidentified
            under alias record {mrn:alias}; merged at 0{num:1-9}:{num:10-59} on {date.us:0} with
            {mrn:true} once a driver card ({driver}) gave the name {patient.full}.

            Primary survey: airway patent, breath sounds equal, 2+ radial pulses, GCS
            1{num:3-5}, exposed and warmed. FAST negative in four windows, performed by
            {provider.full:res} and overread by {provider.initial_last:staff}. {vitals}.

            Secondary survey: seat belt mark across the chest, tender left clavicle, abrasions of
            both knees. Pan-scan ordered, study {accession}. Tetanus updated.

            Notification: sheriff's deputy left a card ({phone:deputy}). A parent, {relative.full},
            lives in {city:kin}, {state_name:kin}, was reached on {phone:kin} and is sending the
            allergy list from {email:relative/} because {patient.first} takes {med} and cannot
            recall why. Trauma chief {provider.full:chief} accepts to the step-down floor of
            {facility:here}. Films from {facility:first} are expected by courier on
            {date.us:1}.
            """),
    ),
    Family(
        "shield-imaging-01",
        "imaging-report",
        lines("""
            DEPARTMENT OF DIAGNOSTIC IMAGING, {facility:here}
            Study: {study_kind}
            Performed {date.iso:0}   Accession {accession}   Requested by {provider.last_first:req}
            Subject {patient.last_first}, {age} Y, {patient.sex}, unit number {mrn}

            INDICATION
            {complaint}, evaluate for {dx:q}.

            TECHNIQUE
            Routine departmental protocol. Dose-length product {num:180-900} mGy-cm. Scanner tag
            {serial}. Prior for comparison: {date.iso:-410}, from {facility:out} in {city:out}.

            FINDINGS
            {pick:There is interval clearing of the patchy change seen before.|Appearances are
            essentially stable since the earlier examination.} No new mass. Osseous structures show
            age-appropriate wear in someone of {age} years. A tiny calcification, series
            {num:2-6} image {num:20-180}, is of doubtful importance.

            IMPRESSION
            1. No finding to explain the symptoms.
            2. Suggest follow-up around {date.month:190} if clinically warranted.

            Preliminary by {provider.full:resident}; final by {provider.full:staff}. Reading room
            {phone:rr}. Outside providers may open the images at {url}.
            Result phoned to {provider.first:ma} at {phone:office}, {date.iso:0}.
            """),
    ),
    Family(
        "shield-imaging-02",
        "imaging-report",
        prose("""
            Transthoracic echo worksheet and conclusion. Lab ID {accession}; probe {serial}; date
            {date.us:-1}, over-read {date.us:0}. Sonographer {provider.first:sono}; interpreting
            cardiologist {provider.full:card}, {facility:here}.

            Patient identification checked against two items, name {patient.full} and birthday
            {dob.us:45-88}. Height {num:150-192} cm. {patient.title} {patient.last} is {age:45-88}
            and was sent by {provider.full:ref} of {facility:ref} in {city}, {state}, who asks
            whether {complaint} is cardiac.

            Chambers: left ventricle of normal size, wall thickness {num:8-13} mm, ejection
            fraction {num:35-66} percent by biplane. Right side {pick:normal|mildly enlarged}.
            Valves: sclerotic aortic leaflets, peak gradient {num:6-28} mmHg; trivial mitral
            regurgitation. Pericardium: no fluid. Compared with the tracing of {date.us:-730},
            nothing has moved by more than the error of the method.

            Conclusion: a reassuring study. Copies: referring office (fax {fax}); patient by secure
            mail to {email}; clips filed under {url}. The nurse line, {phone}, can arrange
            the monitor, which {patient.first} asked to have sent to {street}, {city} {zip}.
            """),
    ),
    Family(
        "shield-pathology-01",
        "pathology-report",
        lines("""
            TISSUE REPORT                                  Case {accession}
            ---------------------------------------------------------------
            Name     : {patient.last_first}
            Unit no. : {mrn}                    Age/sex : {age} / {patient.sex}
            Taken    : {date.us:-3}             Logged  : {date.us:-2}
            Surgeon  : {provider.full:surg}     Site    : {facility:site}, {city}
            ---------------------------------------------------------------
            CLINICAL DATA
            {dx:a}. Earlier material {accession:old} ({date.month:-600}) was read at
            {facility:old} and is requested on loan.

            GROSS
            Container A, marked with the name {patient.last} and "{pick:left|right} side", holds
            three cores, the longest {num:9-19} mm, inked blue and submitted whole in A1-A2.

            MICROSCOPIC
            Sections show chronic inflammation with reactive atypia. Special stains for organisms
            are negative; controls work. Deeper levels add nothing. {provider.full:second} has seen
            the slides at the daily conference of {date.us:-1} and concurs.

            DIAGNOSIS
            Benign. No dysplasia in the material examined.

            Reported by {provider.full:path}, {date.us:0}. Bench phone {phone:bench}; any revision
            is announced by e-mail ({email:provider/surg}) and at {url}.
            """),
    ),
    Family(
        "shield-nursing-01",
        "nursing-note",
        prose("""
            End of shift summary, 7p-7a, {date.slash:-1} into {date.slash:0}. Assignment: bed
            {num:4-40}, {patient.initial_last}, {age} yrs old, code blue status reviewed with
            Dr. {provider.last:md}. Armband {mrn} scanned before each medication.

            Neuro/comfort: oriented to self and to "{city:home}", not to the year. Pulled at
            tubing twice; mitts tried for {num:10-50} minutes then removed. Calmer once cousin
            {relative.full} was put on speaker ({phone:cousin}). Skin: heels floated, small tear
            over the sacrum measured and photographed, picture number {accession}. GI: ate
            {num:10-90} percent of supper, {num:1-3} loose stools. {vitals}.

            Tasks left for days: {test} with the morning draw; order a low bed; ask pharmacy to
            verify {med}; call back the supervisor at {facility:snf} ({phone:snf}), who wants the
            transfer form sent to {fax} before {date.slash:1}. Family asks that mail go to
            {street}, {city:home}, {state} {zip}.

            Belongings list {visit} is in the drawer: dentures, glasses, a tablet that logs in as
            {username}. Grandchildren post visit photos for {patient.him} at {url}. Report given
            face to face to {provider.full:day}, RN; charge nurse {provider.first:charge} aware.
            """),
    ),
    Family(
        "shield-therapy-01",
        "physical-therapy",
        lines("""
            Physical Therapy - Initial Evaluation
            Date of service {date.us:0}   Referral # {claim}   Visits approved {num:4-12}
            Client: {patient.full} ({patient.sex}, {age} y)     Ref. MD: {provider.full:ref}

            HX   S/p {operation} on {date.us:-6} at {facility:surg}. Before that walked the
                 {num:2-6} blocks to the market in {city:home} without a device.
            HOME Ranch house at {street}, {city:home}, {num:1-5} steps, rail on the right.
                 Lives with {relative.full}, who can help nights only. Bathroom upstairs.
            PAIN {num:2-8}/10 on stairs, 0-{num:1-3}/10 resting. Takes {med}.
            ROM  flexion {num:70-115} deg, extension lacks {num:3-12} deg
            MMT  quads {num:3-4}/5, hip abd {num:3-4}/5
            TUG  {num:13-38} s with front-wheeled walker (loaner tag {serial})

            Assessment: {patient.title} {patient.last} is deconditioned but eager, and a good
            candidate for outpatient care. Barrier: no car; {relative.first} will book rides on
            {phone:ride}.
            Goals by {date.us:30}: TUG under 12 s; reciprocal stairs; floor transfer.
            Plan: 2x/wk x{num:4-8} wk. Home program, handouts and videos: {url}; also mailed to
            {email}. Reschedule via {phone:desk}. Plan of care faxed to {fax} for signature.

            {provider.full:pt}, PT, DPT   license {npi}
            """),
    ),
    Family(
        "shield-consult-01",
        "consult-note",
        prose("""
            INFECTIOUS DISEASES - INITIAL CONSULT. Asked by {provider.full:team} to advise on
            antimicrobials. Seen and examined {date.mon:0} with {provider.full:fellow}. Source of
            history: the patient, a cousin ({relative.full}), and {num:40-200} pages from
            {facility:osh}.

            HPI. {patient.full}, record {mrn}, is a {age}-year-old {patient.man} born in
            {country:born} who keeps goats outside {city:farm}, {state:farm}. Rigors began
            {date.mon:-11}. Two of four bottles drawn at {facility:osh} on {date.mon:-9} grew gram
            positive cocci in pairs (their lab number {accession}). A line was placed and
            {patient.he} drove {num:60-300} miles to us. Denies raw milk, tattoos, new partners.
            Last tuberculin test {date.month:-1500}, said to be negative.

            EXAM. {vitals}. Poor dentition, no splinter hemorrhages, soft systolic murmur at the
            apex, spleen not felt. PICC clean.

            IMPRESSION. Probable endovascular focus; less likely {dx}. RECOMMEND: repeat cultures
            times two, echo, {test}; narrow once the outside isolate is confirmed - their bench tech
            {provider.first:tech} answers at {phone:lab}. Interpreter booked under {visit}. Public
            health form filed at {url}. If {patient.last} goes home on infusion, send weekly labs
            to {fax} and to {email:provider/fellow}. On-call ID {phone:oncall}.
            """),
    ),
)
"""In the order they were added."""
