"""Families of `shield-synthetic` beyond the ward: clinic, letters, calls, social work, no gold."""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

SHIELD_CLINIC: Final = (
    Family(
        "shield-palliative-01",
        "consult-note",
        lines("""
            SUPPORTIVE AND PALLIATIVE CARE, FIRST MEETING
            {date.weekday:0}, conference room {num:1-6}, {num:40-90} minutes

            Present: {patient.full}; {relative.full:wife} and {relative.full:kid};
            {provider.full:pall}; chaplain {provider.first:chap}; by video from {city:far},
            {country:far}: {relative.first:sis} (link {url})

            Understanding. {patient.first} ({age}) put it this way: "Since {date.month:-150} I know
            the scans at {facility:onc} are worse. I do not want to be a burden." The illness is
            {dx}; the latest line of treatment ended on {date.us:-19}.

            Symptoms. Worst is {complaint}, {num:4-9}/10. {med:a} helps for {num:2-5} hours. Eats
            little. Sleeps in the den at {street}, {city:home}, because of the stairs.

            What matters: seeing the lake again, no machines, church broadcasts at {url:church}.
            Decision maker if needed: {relative.full:wife}, {phone:wife}; then {relative.first:kid},
            {phone:kid}. Form scanned under {accession}; {relative.first:wife} wants it by e-mail
            too ({email:relative/wife}).

            Advice: raise the bedtime dose, add {med:b}, stop what no longer serves. Hospice visit,
            {facility:hospice}, set for {date.us:2}; insurer reference {claim}. Twenty-four hour
            line {phone:line}. Primary team ({provider.last:prim}) informed.
            """),
    ),
    Family(
        "shield-transfer-01",
        "transfer-summary",
        lines("""
            INTERFACILITY TRANSFER PACKET - PHYSICIAN SUMMARY
            From: {facility:from}, {city:from}, {state:from}, switchboard {phone:from}
            To:   {facility:to}, {city:to}, bed request {visit}
            Prepared {date.us:0} by {provider.full:send}; accepted by {provider.full:acc}

            WHO     {patient.last_first}  |  {age} yr  |  {patient.male}  |  chart here {mrn}
            PAYER   {plan}
            WHY     needs a higher level of care for {dx:a}

            TIMELINE
              {date.us:-5}  arrived with {complaint}
              {date.us:-4}  {study_kind} done, archive {accession}
              {date.us:-2}  {ward} called in, {provider.initial_last:cons} started {med:a}
              {date.us:-1}  pressure soft overnight, one liter given
              {date.us:0}  leaves by ground unit, two attendants

            LAST EXAM before departure: {vitals}; alert, warm, lungs clear ahead.
            DEVICES: pump loan tag {serial} to be sent back in the prepaid box.
            NOT YET BACK: {test}. Portal for results and pictures: {url}
            NEXT OF KIN {relative.full}, {street}, {city:kin} {zip}, {phone:kin};
              knows of the move and agrees. {relative.He} will bring the hearing aids.

            Isolation: {pick:contact|none|droplet until cleared}. Records to follow, fax {fax}.
            """),
    ),
    Family(
        "shield-social-01",
        "social-work",
        prose("""
            Psychosocial assessment (LCSW). Encountered {patient.full}, {age} years of age, in
            the day room on {date.long:0}; case {study}. Referred by {provider.last:ref} for housing
            worries and low mood.

            Living situation: until {date.month:-40} rented a trailer at {street:old}, {city},
            {state}; since then sleeps at {relative.full}'s place or in the car (tag {plate}).
            Mail is held by a friend at {street:box}, {zip}. Came to this country from
            {country} as a teenager. Benefits card {plan}; food assistance file {account} lapsed on
            {date.long:-33}.

            Supports: {relative.first} ({phone:rel}), a pastor, and an online recovery forum
            ({url}), where {patient.he} posts as {username}. Denies current substance use; went
            through treatment at {facility:rehab} ending {date.month:-900}. No weapons. Past
            self-harm is described without intent now; safety plan reviewed, warm line
            saved in {patient.his} phone.

            Interventions: rang the shelter intake desk, {phone:shelter}; application faxed to
            {fax}; bus vouchers x{num:2-6}; set up a web mailbox, {email}, with {patient.him}. Spoke
            with {provider.full:psych} about {med}. Follow up {date.long:6}. I am reachable on
            {phone:me}. {provider.full:sw}, LCSW
            """),
    ),
    Family(
        "shield-phone-01",
        "telephone-encounter",
        lines("""
            Telephone Encounter                           Ref {claim}
            {date.short:0} 0{num:8-9}:{num:10-59}  Caller {relative.full} (on release form)
            Regarding {patient.last_first}, {age} y.o., PCP {provider.last_first:pcp}

            Nurse Assessment
            Caller reports since {date.short:-2} patient has {complaint}; temp at home normal; able
            to drink; voiding. Started {med:new} on {date.short:-6} after video visit with
            {provider.full:video}. Was seen at {facility:uc} in {city:uc} on {date.short:-4}; told
            to follow with us. Wants to know whether to keep taking it.

            Call back attempts
              #1 {phone:a} - mailbox full
              #2 {phone:b} - reached {relative.first}, line poor, moved to {phone:c}

            Outcome
            Per Dr. {provider.last:doc}, okay to hold {med:new} {num:2-4} days and re-check {test}.
            Lab order {accession} sent to {facility:lab}, {street:lab}, {city:lab}, {zip:lab}. They
            repeated the plan back. Work-in slot {date.short:1} offered, declined because of the
            ride from {city:home}. Instructions sent to {email:relative/} with the link {url}.
            Advised: call if worse, or if no better by {date.short:3}.

            {provider.full:rn}, RN - triage pool - ext {num:1000-4900}
            """),
    ),
    Family(
        "shield-letter-01",
        "letter",
        prose("""
            {facility:here}, {street:here}, {city:here}, {state_name:here} {zip:here}.
            Voice {phone:here}. Facsimile {fax}.

            {date.long:0}

            {provider.full:pcp}, MD, {facility:pcp}, {city:pcp}

            Regarding: {patient.full}, our file {mrn}, born {dob.long}

            Esteemed colleague, many thanks for entrusting {patient.title} {patient.last} to our
            {ward} program. I met {patient.him} together with {patient.his} partner,
            {relative.full}, on {date.long:-1}. As you know, {patient.he} is now {age} and has been
            bothered by {complaint} ever since a stay in {country} in {date.month:-420}.

            My examination was unrevealing apart from slight tenderness. The {test} you kindly
            obtained on {date.long:-27} is within limits. On disc (image set {accession}) came a
            {study_kind}; I showed it to {provider.full:rad}, and neither of us sees a surgical
            problem. My working label is {dx}.

            I have suggested {med:a} in place of {med:b}, and a diary kept with the app at {url}. We
            will talk by telephone on {date.long:28}; {patient.first} can be found on {phone:pat}
            or {email}. Should anything change, my direct line is {phone:direct}.

            Cordially, {provider.full:me}, MD (dictated, not read)
            """),
    ),
    Family(
        "shield-reconcile-01",
        "medication-reconciliation",
        lines("""
            PHARMACY ADMISSION MED REC
            Pt {patient.last_first} | {age}{patient.sex} | {mrn} | wt {num:48-120} kg | {date.us:0}
            Allergies/intolerances: {allergy}
            Sources: pill bottles; {relative.full} by phone ({phone:kin}); fill history from
            {facility:pharm} ({phone:pharm}); clinic list of {provider.last:pcp}, {date.us:-61}

            HOME MEDICATION                          LAST TAKEN     ACTION
            {med:a}                {date.slash:-1}     continue
            {med:b}                {date.slash:-1}     hold, recheck in a.m.
            {med:c}                {date.slash:-9}     ran out, do not resume
            fish oil, brand unknown                  daily          patient's own supply

            Fill detail: Rx {rx:a} written by {provider.full:spec} ({dea}), last picked up
            {date.us:-25}; Rx {rx:b} never picked up. Mail order ships to {street}, {city},
            {state} {zip}; {patient.first} says {patient.he} moved away from {city:old} in
            {date.month:-95} and the parcels go astray. Coupon card {plan} expired.
            Account log-in for the mail order site ({url}) is {username}; reset mail goes to
            {email}.

            Discrepancies found: {num:2-5}, {num:0-1} of them high risk. Discussed with
            {provider.full:md} at 1{num:0-9}:{num:10-59}. Given the age of {age}, renal dosing
            checked. {provider.full:rph}, PharmD, phone {phone:rph}
            """),
    ),
    Family(
        "shield-clinic-01",
        "clinic-note",
        lines("""
            HEMATOLOGY CLINIC, RETURN VISIT                       {date.dmy:0}
            {facility:here}, {city:here} campus
            ID {mrn}; appointment {visit}; seen with trial nurse {provider.full:nurse}

            ONCOLOGIC HISTORY (carried forward)
              {date.month:-800}  found on a routine count drawn by {provider.last:pcp}
              {date.month:-780}  marrow at {facility:first}, specimen {accession}
              {date.month:-700}  joined protocol as subject {study}
              {date.month:-300}  dose reduced for neuropathy

            TODAY {patient.title} {patient.last}, {age}, arrives with {relative.full}. Energy is
            {pick:fair|better|up and down}. Walks the dog along the river in {city:home}. Has
            {complaint}, no worse. Ate out in {city:trip} on {date.day:-8} without trouble.

            DATA {vitals}. Counts from {date.us:-1}: white cells {num:2-9}.{num:0-9}, platelets
            {num:90-310}. Spleen tip not palpable. No nodes.

            DISCUSSION Cycle {num:3-11} may proceed. {provider.full:pi} reviewed the consent
            addendum; copy at {url}. Diary reminders go to {phone:cell} and {email}. Pick-up
            of {med} at the window; ship the rest to {street}, {city:home}, {state} {zip}.

            RTC {date.dmy:28}; labs the day before at {facility:lab}. Problems: {phone:line}.
            Signed electronically {provider.full:me}
            """),
    ),
    Family(
        "shield-clinic-02",
        "clinic-note",
        prose("""
            Pediatric pulmonary follow-up. {patient.full} is a {age:4-17} year old
            {patient.male} with {dx:p} who is brought by foster parent {relative.full:foster}; the
            caseworker, {relative.full:case}, joined by telephone ({phone:case}). Last appointment
            {date.us:-92}; next one {date.us:91}. Chart {mrn}. Outside allergist
            {provider.full:all}, {facility:all}.

            Since then: one urgent visit in {city:camp} on {date.us:-40} during summer camp, no
            steroids. Coughs {num:1-5} nights a month. Misses the evening puffs when staying at the
            grandparents' farm near {city:farm}, {state}. Pets: two cats. The school nurse
            ({phone:school}; fax {fax}) keeps a spare spacer, tag {serial}.

            Growth and spirometry: height at the {num:20-90}th centile for age {age:4-17}, FEV1
            {num:74-104} percent predicted, tracing stored as {accession}. Chest clear, nails
            pink, cheerful, proudly counted to 100 in two languages.

            Plan: step down to one inhaler; continue {med}. Written action plan given in large
            type and uploaded to {url}; foster parent prefers {email:relative/foster}. Supply
            company delivers to {street}, {city:home} {zip}. Flu vaccine lot recorded. If
            {patient.first} wheezes after gym call {phone:line}. {provider.full:me}, MD, with
            {provider.full:fellow}.
            """),
    ),
    Family(
        "shield-obstetric-01",
        "delivery-note",
        lines("""
            LABOR & DELIVERY: BIRTH SUMMARY
            Birthing parent {patient.last_first_middle}      Age {age:18-44}     MRN {mrn}
            G{num:1-5}P{num:0-3} at 3{num:7-9} weeks by ultrasound of {date.us:-215}
            Admitted {date.us:-1}     Delivered {date.us:0} 0{num:1-9}:{num:10-59}

            Prenatal care with {provider.full:ob} at {facility:ob}, {city:ob}; chart copied, fax
            {fax}. Group B strep {pick:negative|positive, treated}. Pregnancy complicated by
            {dx} since {date.month:-120}.

            Course: augmented, epidural by {provider.initial_last:anes}, pushed {num:20-110}
            minutes. Vertex, loose nuchal cord reduced. Infant vigorous, weight {num:2500-4300} g,
            band number {visit:baby}. Placenta intact; cord blood kit {accession} handed to the
            courier, registry {url}.

            Support person {relative.full} cut the cord and will register the birth; mailing
            address {street}, {city:home}, {state} {zip}, phone {phone:kin}. Photos only with
            consent: shared album requested at {email:relative/}.

            Plan: lactation visit {date.us:1} with {provider.first:lac}; home nurse from
            {facility:home} ({phone:home}); {med} if needed. Contraception deferred to
            {date.us:42}. For a parent of {age:18-44} no added screening. Car seat checked by
            {provider.full:rn}.
            """),
    ),
    Family(
        "shield-message-01",
        "patient-message",
        lines("""
            E-VISIT QUESTIONNAIRE (patient-entered)      submitted {date.iso:0} from {ip}
            Q1 Who is filling this in?          {relative.full}, for {patient.full}
            Q2 Age of the patient?              {age}
            Q3 What is the matter?
               it started on {date.day:-5} when we were in {city:trip}, {country:trip} with the
               church group. first {complaint}, later also tired. we saw a doctor there
               (Dr. {provider.last:there}, very kind) and got a paper i cannot read.
            Q4 Medicines?                       {med:a}, and half of what {relative.first} takes
            Q5 Best way to answer?              {phone:cell}; NOT the old one, {phone:old}
            Q6 Pharmacy?                        the one by {facility:near} on the {city:home} road
            Q7 Anything else?
               we cannot come before {date.day:3}, the car is in the shop. also the bill
               {claim} went to {street:old}, we live at {street:new}, {city:home} {zip} now!!
               the card says {plan}. pictures of the rash are here: {url}

            STAFF REPLY {date.iso:0}
            Hi {relative.first}, {provider.first:ma} here. {provider.full:md} looked at the pictures
            and would like {patient.first} to be seen at {facility:uc} no later than {date.day:1}.
            Until then no more of the shared tablets, please. Write back to {email:provider/ma} or
            call {phone:desk}. We corrected the address in record {mrn}.
            """),
    ),
    Family(
        "shield-case-01",
        "case-management",
        lines("""
            Utilization review / discharge planning worksheet
            Reviewer {provider.full:cm}, RN, CCM        Worked {date.us:0}; next look {date.us:2}
            Member {patient.caps_last_first}     Policy {plan}     Auth no. {claim}   LOS {num:3-14}

            1. Clinical in one line: {age} year old {patient.man}, {dx}, day {num:3-14},
               {provider.last:att} expects readiness {date.us:3}.
            2. Choice list offered to {relative.full} on {date.us:-1}:
               a) {facility:a} - {city:a} - no bed before {date.us:5}
               b) {facility:b} - {city:b} - will take, needs therapy scores
               c) {facility:c} - {city:c} - out of network
            3. Equipment: walker and commode to {street}, {city:home}, {state} {zip}; vendor order
               {visit}; vendor web chat {url:vendor}; driver calls {phone:cell} first.
            4. Payer contact {provider.first:payer}, {phone:payer}, upload site {url:payer},
               clinical fax {fax}. Peer to peer by {date.us:1} if not approved.
            5. Patient's words: "{relative.first} works nights, so I would rather be in {city:kin}."
            6. Transport: chair van; oxygen {num:1-4} L. Confirmation to {email}.
            7. Important message from the insurer signed {date.us:-1} at the bedside, aged {age},
               capacity confirmed by {provider.full:att}.
            """),
    ),
    Family(
        "shield-clean-01",
        "progress-note",
        prose("""
            Ventilator liberation checklist, day team. Screen passed {num:2-4} of 4 items: oxygen
            need below 50 percent, PEEP at or under 8, no escalating vasoactive infusion, cough
            with suction. Sedation paused at 0{num:5-7}{num:10-59}; {pick:grimaces to trapezius
            squeeze|opens eyes to voice|tracks the examiner across midline}. Spontaneous breathing
            trial on pressure support 5 for {num:30-110} minutes: rate {num:14-28}, tidal volume
            {num:290-520} mL, rapid shallow index {num:35-98}. {vitals}.

            Exam by regions: pupils {num:2-4} mm and brisk, neck supple without bruit, chest with
            coarse sounds at both bases, abdomen soft and tympanitic over the stomach, extremities
            warm with {num:1-2}+ pitting to the shin. Skin intact beneath the tube holder. Gag is
            present. Cuff leak {num:110-280} mL.

            Interpretation: acceptable mechanics; secretion load is the remaining obstacle. Proceed
            to extubation to high flow at {num:30-50} L/min if the next gas is satisfactory,
            otherwise rest overnight on the former settings. Keep {med} on hold. Potassium goal over
            4, magnesium above 2. Head of bed at 30 degrees, oral care every 4 h, stress ulcer and
            clot prevention continue. Reassess at the evening huddle; threshold to reintubate: work
            of breathing, saturation below 88 percent for {num:3-9} minutes, or declining mentation.
            """),
    ),
    Family(
        "shield-clean-02",
        "operative-note",
        lines("""
            Standard text, colonoscopy with intervention (attach to the case record)
            Bowel preparation: Boston scale {num:2-3}+{num:2-3}+{num:2-3}. Insertion {num:4-14} min,
            withdrawal {num:7-19} min, CO2 insufflation, water immersion in the sigmoid.

            Findings
            - Cecum: appendiceal orifice and ileocecal valve seen, terminal ileum normal for
              {num:4-12} cm.
            - Ascending: Paris 0-IIa, {num:8-24} mm, lifted with {num:3-9} mL saline and dye, taken
              {pick:en bloc|in two pieces} by hot snare (blend current, effect {num:2-4}), edge
              treated with soft coagulation, {num:1-3} clips.
            - Transverse: {num:1-4} diminutive polyps, cold snare, retrieved {num:1-4}.
            - Descending and sigmoid: scattered diverticula, no spasm.
            - Rectum: retroflexion shows grade {num:1-2} internal hemorrhoids.

            Sedation: propofol {num:140-420} mg total, lidocaine {num:40-80} mg, no reversal.
            {vitals} on leaving the suite. Blood loss below {num:2-9} mL. No perforation.

            Advice: clear liquids for {num:4-12} h, then low residue for 2 days. {med} may be taken
            tonight. Antithrombotic: restart on day {num:1-5} unless bleeding. Surveillance in
            {pick:6 months|1 year|3 years}, sooner if histology shows high grade change. Return for
            fever above 101, clots, or {complaint}.
            """),
    ),
)
"""In the order they were added."""
