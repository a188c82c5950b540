"""Families that set traps: text that only looks personal, and personal values in odd shapes.

Hard negatives measure over-redaction: they hold no gold span, or a few among look-alikes.
"""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

HARD_NEGATIVES: Final = (
    Family(
        "negative-01",
        "hard-negative",
        prose("""
            {pick:Give|Start} vancomycin {num:750-1500} mg IV q12h, trough goal 15-20; heparin
            {num:800-1400} units/h; norepinephrine 0.0{num:1-9} mcg/kg/min. Titrate to MAP > 65.
            Potassium 20 mEq x{num:2-4} doses. Insulin drip at {num:2-9}.5 units/h. {med}. Recheck
            in 6 h, then q4h. Max 3/4 tablet per dose, 1/2 tablet if drowsy.
            """),
        smoke=True,
    ),
    Family(
        "negative-02",
        "hard-negative",
        lines("""
            WBC 1{num:0-9}.{num:0-9}  Hgb {num:9-15}.{num:0-9}  Plt {num:150-400}
            Na 13{num:0-9}  K 4.{num:0-9}  Cl 10{num:0-6}  CO2 2{num:0-8}  BUN {num:8-40}
            AST/ALT {num:15-60}/{num:15-60}  Alk phos {num:60-140}  T bili 0.{num:3-9}
            ABG 7.3{num:0-9}/4{num:0-9}/8{num:0-9}/24 on 40% FiO2
            Urine: SG 1.0{num:10-29}, pH 6.{num:0-9}, nitrite negative
            eGFR > 60; anion gap {num:8-15}
            """),
    ),
    Family(
        "negative-03",
        "hard-negative",
        prose("""
            Differential: {pick:Parkinson disease|Addison disease|Graves disease|Crohn disease}
            versus {pick:Wilson disease|Cushing syndrome|Hashimoto thyroiditis|Bell palsy}.
            Babinski downgoing, Murphy sign negative, Romberg steady, McBurney point not tender.
            Child-Pugh class {pick:A|B|C}, Glasgow Coma Scale 1{num:1-5}, Wells score {num:1-6}.
            Foley draining, Swan-Ganz removed, Hickman line intact.
            """),
        smoke=True,
    ),
    Family(
        "negative-04",
        "hard-negative",
        lines("""
            Charge capture
            CPT 992{num:11-15}   ICD-10 E11.{num:10-65}
            CPT 93000   ICD-10 I10
            CPT 8{num:3000-5999}   ICD-10 Z79.{num:1-9}
            HCPCS J{num:1000-3999} x {num:1-4} units   modifier 25
            DRG {num:190-470}, weight 1.{num:1000-9999}
            LOINC 4548-4; SNOMED 44054006; revenue code 0{num:300-450}
            """),
    ),
    Family(
        "negative-05",
        "hard-negative",
        prose("""
            Bed management: move 4{num:10-30}-A to step-down room 2{num:10-30}, clean rooms
            {num:300-340} and {num:341-380}, keep negative pressure in bay {num:1-9}. OR {num:1-9}
            turns over in {num:20-45} minutes. Elevator {num:1-6} is out of service. Transport uses
            stretcher bay C. Census {num:20-40} of 42, {num:1-6} pending discharges.
            """),
    ),
    Family(
        "negative-06",
        "hard-negative",
        prose("""
            Equipment check: infusion pump model XR-{num:4000-4900}, firmware {num:2-9}.{num:0-9}.1,
            ventilator model V{num:500-900} in {pick:SIMV|assist control}, rate 1{num:2-8}, tidal
            volume {num:380-520} mL. Alarm limits {num:60-90}/{num:140-180}. 16 Fr catheter, 22 G
            needle, 7.5 ET tube at {num:20-24} cm. Defibrillator passed the 200 J test.
            """),
    ),
    Family(
        "negative-07",
        "hard-negative",
        prose("""
            Drug names that sound like people: {pick:Allegra|Arcalyst|Evista},
            {pick:Lanoxin|Norco}, {pick:Marcaine|Carafate}, {pick:Bentyl|Colace}, {pick:Tessalon
            Perles|Mylanta}, Jantoven, Januvia, Kenalog and Benadryl. Hold
            {pick:Brilinta|Eliquis|Plavix} for {num:3-7} days before the procedure. Reconcile doses
            with the list in the chart.
            """),
    ),
    Family(
        "negative-08",
        "hard-negative",
        prose("""
            Evidence note. The Cochrane review pooled {num:8-30} trials (n = {num:1200-9800}) and
            found RR 0.{num:61-89} (95% CI 0.5{num:1-9} to 0.9{num:1-8}; P = 0.0{num:1-4}). Similar
            results: Lancet 39{num:1-9}:{num:100-900}-{num:901-990}; N Engl J Med
            38{num:0-9}:{num:1000-1500}. NNT {num:12-80}. GRADE: {pick:low|moderate|high}.
            """),
    ),
    Family(
        "negative-09",
        "hard-negative",
        lines("""
            Patient education: {dx}
            - Drink {num:6-9} glasses of water a day.
            - Check your weight each morning; report a gain of {num:2-4} lb in 1 day.
            - Walk {num:10-40} minutes, 5 days a week.
            - Call 911 for {complaint} that does not pass in 15 minutes.
            - Ask your doctor, nurse or pharmacist before you stop {med}.
            - Poison control and the nurse line are open 24/7.
            """),
    ),
    Family(
        "negative-10",
        "hard-negative",
        prose("""
            Staging: T{num:1-4}N{num:0-2}M0, grade {num:1-3}. ER {num:60-99}%, PR {num:10-90}%, HER2
            1+. Oncotype score {num:5-40}. Plan: AC-T x{num:4-8} cycles, then 50 Gy in 25 fractions.
            Tumor {num:1-4}.{num:1-9} x {num:1-3}.{num:1-9} cm, {num:0-3}/1{num:2-8} nodes. BI-RADS
            {num:3-6}, Gleason 3+4, Breslow 0.{num:2-9} mm, Dukes {pick:A|B|C}.
            """),
    ),
    Family(
        "negative-11",
        "hard-negative",
        prose("""
            Code sepsis ran at 1{num:0-9}:{num:10-59}, bundle done in {num:30-58} min. {vitals}.
            Lactate {num:2-6}.{num:0-9}, 30 mL/kg bolus, cultures x2. {pick:May need pressors.|May
            go to the floor if stable.} Will recheck at 1800. Hope to wean by morning rounds. Rose
            bengal stain, grey turner sign absent, brown sputum, {num:2-9} L in, {num:1-3} L out.
            """),
    ),
    Family(
        "negative-12",
        "hard-negative",
        lines("""
            Order set {num:1-9}B, version {num:2-9}.{num:0-9}
            [ ] Telemetry    [ ] NPO    [x] Diet: 1800 kcal, 2 g Na
            [x] DVT prophylaxis: enoxaparin 40 mg SC daily
            [x] {med}
            [ ] Accu-Chek AC and HS, sliding scale {num:1-4}
            [x] Call MD for T > 101.5, HR > 1{num:10-30}, SBP < 90, UOP < 30 mL/h
            [ ] Jackson-Pratt to bulb suction, Penrose drain open, Kocher tray to bedside
            """),
    ),
)
"""In the order they were added."""

ADVERSARIAL: Final = (
    Family(
        "adversarial-01",
        "adversarial",
        lines("""
            ** STAT ** PT {patient.caps} RM {num:200-400} C/O {pick:CHEST PAIN|SOB|SEVERE HEADACHE}.
            DR {provider.caps_last} PAGED {date.caps:0} 0{num:1-9}{num:10-59}.
            SPOUSE {relative.caps} ON WAY FROM {street}. CALL {phone}. MRN {mrn}.
            NKDA. PT {patient.caps_last} IS FULL CODE.
            """),
        smoke=True,
    ),
    Family(
        "adversarial-02",
        "adversarial",
        prose("""
            {compound.full}'s chart was merged with {compound.last_first:b}'s by mistake. Dr.
            {compound_provider.last} noticed because {compound.last} has a warning ({allergy}) and
            {compound.last:b}'s file said otherwise. Corrected {date.iso:0}; {compound.title}
            {compound.last} told by phone ({phone}).
            """),
    ),
    Family(
        "adversarial-03",
        "adversarial",
        lines("""
            Fax cover, wrapped at the margin: for Dr.
            {provider.broken}
            about the patient
            {patient.broken}
            who lives at {street.broken} in
            {city} {zip} and was seen
            {date.us:0} for {complaint}
            Page {num:1-3}
            """),
    ),
    Family(
        "adversarial-04",
        "adversarial",
        prose("""
            scan index: chartMRN{mrn}_visit{visit}/{patient.last}{pick:_|-}labs.pdf;
            tel:{phone};mailto:{email};dob={dob.compact};ssn={ssn};zip{zip}. {pick:OCR confidence
            0.{num:70-99}.|Pages {num:2-40}.}
            """),
        smoke=True,
    ),
    Family(
        "adversarial-05",
        "adversarial",
        prose("""
            {eponym.title} {eponym.last} does not have Hodgkin disease; that was another
            patient, {eponym.full:b}. Dr. {eponym_provider.last} found a positive Trendelenburg sign
            and ruled out Parkinson disease in {eponym.first} on {date.long:-1}. Please correct the
            problem list: {eponym.last} has {dx}, not Alzheimer disease.
            """),
    ),
    Family(
        "adversarial-06",
        "adversarial",
        prose("""
            pt {patient.lower} called again, says {patient.lower_first} cant sleep bc of
            {complaint}. told {patient.him} dr {provider.lower} is out til {date.slash:3}. new # is
            {phone} and email {email}. lives w {relative.lower} on {street}. will fwd to
            {provider.lower_first:rn}. thx
            """),
    ),
    Family(
        "adversarial-07",
        "adversarial",
        prose("""
            {word.title} {word.last} may be seen in the green clinic by Dr. {word_provider.last}'s
            fellow. A rose-coloured rash is on {word.his} hand, and {word.full} is short of breath
            when {word.he} climbs stairs. {word.full:c} shares the room; do not mix up the {test}.
            Seen {date.dmy:0}, {facility}.
            """),
    ),
    Family(
        "adversarial-08",
        "adversarial",
        prose("""
            Spelled over the radio: my number is {spaced_phone}, surname {patient.caps_last},
            initials {patient.initials}. Birthday {dob.ordinal}. {pick:Copy that.|Say again?} Crew
            {num:2-9} to {facility} with {patient.initial_last}, complains of {complaint}. ETA
            {num:4-19} min, arriving {date.dots:0}.
            """),
    ),
    Family(
        "adversarial-09",
        "adversarial",
        prose("""
            On {date.day:-2}({patient.last_first})was seen;next visit{date.iso:12},bring
            card({plan})and form from{url}. Ask{provider.full}re:{med}.Phone({phone})or
            write<{email}>.Room {num:100-190}/bed {num:1-4},BP 1{num:10-60}/{num:60-90}.
            """),
    ),
)
"""In the order they were added."""
