"""Families of the hospital stay: discharge summaries, operative notes, imaging, nursing."""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

HOSPITAL: Final = (
    Family(
        "discharge-01",
        "discharge",
        lines("""
            DISCHARGE SUMMARY

            Patient: {patient.last_first}          MRN: {mrn}
            Date of birth: {dob}
            Admitted: {date:-6}    Discharged: {date:0}
            Attending: {provider.full}, MD

            Principal problem: {dx}
            Hospital course: {patient.title} {patient.last} presented with {complaint} and was
            admitted to {ward}. Treated with {med}. {pick:Improved steadily.|The course was
            uneventful.|Weaned to room air by day {num:2-4}.}

            Follow-up: {provider.full:pcp}, {date:9}, tel. {phone}.
            """),
    ),
    Family(
        "discharge-02",
        "discharge",
        prose("""
            {patient.full} is a pleasant {patient.man}, age {age}, who came to {facility} on
            {date.long:-4} because of {complaint}. Work-up showed {dx}. {patient.He} lives alone
            at {street} in {city}, and used to earn {patient.his} living as {profession}.

            On {date.long:0} Dr. {provider.last} judged {patient.him} fit to go home on {med}.
            {patient.His} {relative.son}, {relative.full}, will collect {patient.him} and can be
            reached at {phone}.
            """),
        smoke=True,
    ),
    Family(
        "discharge-03",
        "discharge",
        lines("""
            {facility}
            GOING HOME INSTRUCTIONS for {patient.full}

            You were in the hospital from {date.us:-3} to {date.us:0} for {dx}.
            Your nurse today was {provider.first:nurse}. Your doctor was Dr. {provider.last:doc}.

            1. Take {med:a}.
            2. Take {med:b} {pick:with food|with a full glass of water|until all tablets are gone}.
            3. Call {phone} if you have {complaint}.
            4. See {provider.full:pcp} on {date.us:7} at 10:{num:10-50}.

            We will send the summary to {email} unless you tell us otherwise.
            """),
    ),
    Family(
        "discharge-04",
        "discharge",
        prose("""
            TRANSFER OF CARE. Ms/Mr {patient.last} (record {mrn}, SSN {ssn}) is leaving our unit for
            {facility}, {street}, {city}, {state} {zip}. Accepting physician there is
            {provider.full:accept}; report was called at 14:{num:10-59} on {date.mon:0}.

            Active issues: {dx:a}; {dx:b}. Allergies: {allergy}. Last vitals {vitals}. Code status
            {pick:full|DNR/DNI} per discussion with {relative.full} ({pick:spouse|sibling|health
            care proxy}, {phone}). Transferring physician {provider.full:send}.
            """),
    ),
    Family(
        "discharge-05",
        "discharge",
        lines("""
            Dictated by: {provider.middle}
            Date of dictation: {date.dmy:1}

            RE: {patient.middle}, DOB {dob.dmy}, hospital no. {mrn}

            DIAGNOSES ON LEAVING
              - {dx:a}
              - {dx:b}
            SOCIAL
              Works as {profession}. Home: {street}, {city} {zip}.
            PLAN
              {med:a}; {med:b}. Repeat {test} in {num:2-6} weeks.
              {patient.last} knows to ring {phone} about {complaint}.
            """),
    ),
    Family(
        "discharge-06",
        "discharge",
        prose("""
            Death summary. The patient, {patient.last_first}, aged {age:90-102}, was brought by
            ambulance from {street}, {city} on {date.long:-2} with {dx}. {patient.His} wishes, set
            down in {date.month:-300} with Dr. {provider.last:pcp}, were for comfort only.
            {pick:Family gathered at the bedside.|A chaplain was present.} {patient.He} died
            peacefully on {date.long:0}. {relative.full} was notified at {phone} by
            {provider.full:resident}. Record closed under MRN {mrn}.
            """),
    ),
    Family(
        "operative-01",
        "operative",
        lines("""
            OPERATIVE REPORT
            Name of patient.......{patient.full}
            Record number.........{mrn}
            Date of procedure.....{date:0}
            Surgeon...............{provider.full:surgeon}
            Assistant.............{provider.full:assistant}
            Anesthesia............{provider.full:anesthesia} (general)
            Procedure.............{operation}

            Findings: consistent with {dx}. Estimated blood loss {num:10-90} mL. Specimen sent as
            {accession}. Counts correct x2. {patient.title} {patient.last} went to recovery stable.
            """),
    ),
    Family(
        "operative-02",
        "operative",
        prose("""
            After informed consent {patient.full} was taken to theatre {num:1-9} on {date.ordinal:0}
            for {operation}. Time-out was led by {provider.full:nurse}, RN, who confirmed the
            wristband ({mrn}) and date of birth ({dob.us}). The implant, serial {serial}, was opened
            onto the field. Dr. {provider.last:surgeon} closed in layers with
            {pick:2-0 Vicryl and 4-0 Monocryl|staples}. {patient.last} tolerated this well.
            """),
        smoke=True,
    ),
    Family(
        "operative-03",
        "operative",
        lines("""
            ANESTHESIA PRE-OP CHECK
            Pt {patient.last_first_middle} / {patient.sex} / {age} y
            Wt {num:52-110} kg  ASA {num:1-3}
            Planned: {operation}, {date.short:1}, Dr {provider.last:surgeon}
            Airway: Mallampati {num:1-3}. NPO since midnight. Allergies {allergy}.
            Escort home: {relative.full}, mobile {phone}
            Pacemaker? {pick:no|yes, device serial {serial}, interrogated {date.short:-40}}
            Seen by {provider.initial_last:anes}
            """),
    ),
    Family(
        "operative-04",
        "operative",
        prose("""
            Endoscopy note, {facility}. {patient.full}, date of birth {dob.long}, was referred by
            Dr. {provider.last:ref} for {complaint}. The scope (serial {serial}) was passed to the
            {pick:cecum|second part of the duodenum} without difficulty. Two biopsies were labelled
            {accession} and sent. Impression: {dx}. The report will reach the patient at {email};
            {provider.full:endo} will phone {phone} if pathology is unexpected.
            """),
    ),
    Family(
        "radiology-01",
        "radiology",
        lines("""
            EXAM: {study_kind}
            PATIENT: {patient.caps_last_first}
            MRN: {mrn}    ACC: {accession}    DOB: {dob.us}
            ORDERED BY: {provider.full:order}
            DATE: {date.us:0}

            HISTORY: {complaint}.
            COMPARISON: {date.us:-200}.
            FINDINGS: No focal abnormality. {pick:Mild degenerative change.|A {num:3-8} mm nodule is
            unchanged.|Heart size is normal.}
            IMPRESSION: {pick:Normal study.|No acute process.}

            Electronically signed by {provider.full:rad}, MD
            """),
    ),
    Family(
        "radiology-02",
        "radiology",
        prose("""
            Critical result call. {provider.full:rad} spoke with {provider.full:er} at
            0{num:1-9}:{num:10-59} on {date.iso:0} about the {study_kind} of {patient.full}
            ({mrn}). Finding: {dx}. Read-back was confirmed. Images are shared at {url} for the
            accepting team; call the reading room, {phone}, with questions.
            """),
        smoke=True,
    ),
    Family(
        "radiology-03",
        "radiology",
        prose("""
            Dear {patient.title} {patient.last},

            Thank you for coming to {facility} on {date.long:-5}. We are pleased to tell you that
            your {study_kind} shows no sign of disease. Your next examination is due in
            {date.month:360}. You can see the pictures at {url}.

            This letter was mailed to {street}, {city}, {state_name} {zip}. If you have moved,
            please write to {email:provider/front}.

            {provider.full:rad}, MD
            """),
    ),
    Family(
        "radiology-04",
        "radiology",
        lines("""
            Modality worklist entry
            (0010,0010) PN  {patient.carets}
            (0010,0020) LO  {mrn}
            (0010,0030) DA  {dob.compact}
            (0010,0040) CS  {patient.sex}
            (0008,0050) SH  {accession}
            (0008,0020) DA  {date.compact:0}
            (0008,0090) PN  {provider.carets:ref}
            (0008,0080) LO  {facility}
            (0018,1000) LO  {serial}
            (0018,0060) DS  {num:80-140}
            """),
    ),
    Family(
        "radiology-05",
        "radiology",
        prose("""
            Addendum {date.us:2}: on re-review with Dr. {provider.last:second}, the {study_kind}
            performed {date.us:0} on {patient.last_first} should have been compared with the outside
            study burned to disc by {facility} on {date.us:-90}. The conclusion of
            {provider.full:first} {pick:stands|is amended to "{dx}"}. Left message for
            {patient.first} at {phone:home}; also faxed to {fax}.
            """),
    ),
    Family(
        "nursing-01",
        "nursing",
        lines("""
            0715  Received report on {patient.full} from {provider.first:night}, RN. {vitals}.
            0830  Ate {num:20-100}% of breakfast. {med} given.
            1000  {provider.full:pt}, PT, walked {patient.him} {num:10-80} ft with walker.
            1140  {patient.title} {patient.last} c/o {complaint}. Dr. {provider.last:md} paged.
            1300  {patient.His} {relative.son} {relative.first} at bedside, wants update: {phone}.
            1500  Plan d/c {date.slash:1}. Handed over to {provider.first:evening}.
            """),
    ),
    Family(
        "nursing-02",
        "nursing",
        prose("""
            Admission history taken {date.short:0}. Prefers to be called {patient.first}. Lives at
            {street}, {city} {zip} with {relative.full}. Retired; former occupation
            {profession}. Age {age:60-101}. Denies alcohol. Wears glasses. Valuables: watch, phone
            (IMEI {imei}) locked in safe. Emergency contact {relative.first}, {phone}. Falls score
            {num:1-9}. {provider.full}, LPN.
            """),
        smoke=True,
    ),
    Family(
        "nursing-03",
        "nursing",
        lines("""
            HOME VISIT   {date:0}
            Client: {patient.full}    Age: {age:90-101}
            Address: {street}, {city}, {state} {zip}
            Gate code with neighbor {relative.full}, {phone}; car in drive, plate {plate}

            Wound: {num:1-4} x {num:1-3} cm, granulating. Dressing changed. {vitals}.
            Pill box filled with {med:a} and {med:b}.
            Next visit {date:3}. Nurse: {provider.full}, license {npi}
            """),
    ),
    Family(
        "nursing-04",
        "nursing",
        prose("""
            Incident note. At 02:{num:10-59} on {date.dmy:0} pt {patient.last} was found sitting on
            the floor of bay {num:1-9}. No injury. {patient.He} said, "I was looking for
            {relative.first}." Assessed by Dr {provider.last:noc}; {vitals}. Neighbor
            {relative.full:b} informed on {phone}. Bed alarm on. Witness: {provider.full:rn}.
            Wristband {mrn} checked.
            """),
    ),
    Family(
        "nursing-05",
        "nursing",
        lines("""
            Newborn nursery card
            Baby of: {patient.full}     Parent's MRN {mrn}
            Born: {date.us:0} at 0{num:1-9}:{num:10-59}   Weight {num:2500-4200} g  Apgar 8/9
            Other parent: {relative.full}, tel {phone}
            Pediatrician: {provider.full:ped}, {facility}
            Security tag {serial}; hearing screen {pick:pass|refer}; bili {num:3-9}.{num:0-9}
            Home address for the state screen: {street}, {city} {state} {zip}
            """),
    ),
)
"""In the order they were added."""
