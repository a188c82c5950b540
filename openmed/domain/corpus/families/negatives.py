"""Hard negatives, long ones: nothing in them is personal, much of it looks so."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

NEGATIVES: Final = read_sheet(
    """
== negative-13 hard-negative smoke prose
Device notes for the biomedical shop. The Medfusion 3500 and the Alaris 8015 were swapped; the
Puritan Bennett 840 and the Hamilton C1 keep their filters; the Philips MX800 shows a lead fault.
Torque on the Stryker System {num:5-8} is {num:12-40} N. Swan-Ganz, Foley, Hickman and Yankauer are
catheters and tips here, not people. Firmware {num:1-9}.{num:0-9}.{num:10-99}, build {num:100-999}.
Check O2 cell at {num:19-22} percent, leak under {num:2-9} mL.

== negative-14 hard-negative prose
Eponyms for the students: Virchow node, Koplik spots, Osler nodes, Janeway lesions, Quincke pulse,
Kussmaul breathing, Cheyne-Stokes respiration, Brown-Sequard syndrome, Charcot joint, Dupuytren
contracture, Heberden nodes, Baker cyst, Colles and Smith fractures, Le Fort {num:1-3},
Salter-Harris {num:1-5}, Pott disease, Lou Gehrig's disease, Christmas factor. Score each from
{num:1-4} to {num:5-9}.

== negative-15 hard-negative
CODES TO LEARN
CPT {num:9920-9929}1, {num:7000-7999}6, 3600F; ICD-10 S72.{num:100-199}A, M54.{num:10-59}, Z23, \
R07.9
DRG {num:100-900}; APC {num:1000-5999}; revenue {num:100-999}; modifier {num:20-99}, LT, RT
LOINC {num:1000-9999}-{num:0-9}; RxNorm {num:100-9999}; SNOMED concept ids are longer
ASA {num:1-4}; Mallampati {num:1-4}; NYHA {num:1-4}; ECOG {num:0-4}; Karnofsky {num:40-100}

== negative-16 hard-negative prose
Where things are. Linen in room {num:200-240}, scales in {num:241-280}, blanket warmer in bay
{num:2-9}; elevator {num:1-6} to level {num:2-9}; extension {num:2000-7999} is the ice machine
repair. Bed {num:1-30}B squeaks. Code cart {num:1-12} sits by door {num:1-9}, key {num:100-400}. Lot
{num:100-900}, bin {num:10-90}, shelf C-{num:10-90}. Park on deck {num:2-5}, row {num:10-40}.

== negative-17 hard-negative prose
Reading list. Lancet Neurol {num:10-23}:{num:100-999}; N Engl J Med {num:340-389}:{num:100-2500};
JAMA {num:300-331}({num:1-24}):{num:100-2900}; BMJ {num:320-380}:e0{num:1000-7999}; Ann Intern Med
{num:150-176}:{num:1-900}. Harrison, chapter {num:2-480}; Sabiston, figure {num:1-70}-{num:1-40};
Netter, plate {num:10-530}; Nelson, table {num:10-700}.{num:1-9}. Evidence level
{num:1-4}{pick:a|b}, p = 0.0{num:1-9}, hazard ratio 0.{num:40-99}.

== negative-18 hard-negative
DRIP RATES (mL/h) AND DOSES
Levophed {num:2-30} mcg/min   Cardene {num:3-15} mg/h   Amidate {num:10-30} mg   Anectine \
{num:60-120} mg
Adalat {num:30-90} mg   Calan {num:80-240} mg   Demadex {num:10-40} mg   Duricef {num:250-999} mg
Lopressor {num:12-100} mg   Maxalt {num:5-10} mg   Nolvadex {num:10-20} mg   Paxil {num:10-40} mg
Reglan {num:5-10} mg   Sular {num:8-34} mg   Tenormin {num:25-100} mg   Vasotec {num:2-20} mg   \
Wellbutrin {num:75-300} mg

== negative-19 hard-negative prose
Diet and walking plan for anyone after bypass. Breakfast {num:250-400} kcal, lunch {num:350-600},
dinner {num:400-650}; salt under {num:2-3} g; fluid {num:1200-2000} mL. Walk {num:5-15} minutes,
{num:2-4} times a day, then add {num:2-5} minutes each week. May drive after week {num:4-8}; may
lift {num:5-20} lb after week {num:6-12}. Will feel tired; that is normal. Rose hips, brown rice,
bell pepper and green tea are fine.

== negative-20 hard-negative
VENT CHECK    FiO2 {num:30-80}   PEEP {num:5-14}   Vt {num:300-520}   RR {num:10-26}   Pplat \
{num:14-30}
0{num:1-4}00  pH 7.{num:28-45}  CO2 {num:32-58}  O2 {num:58-110}  HCO3 {num:18-30}  sat {num:88-99}
0{num:5-8}00  pH 7.{num:28-45}  CO2 {num:32-58}  O2 {num:58-110}  HCO3 {num:18-30}  sat {num:88-99}
ratio {num:120-340}/1, driving {num:8-16}, I:E 1:{num:2-4}, cuff {num:20-30}, tube {num:20-25} at \
teeth
next: wean {num:1-3}, prone {num:12-18} h, paralysis {num:0-1}

== negative-21 hard-negative prose
Protocol text for the ward binder, revision {num:2-30}. Two nurses check every bag. If the count is
below {num:20-50}, hold the dose; if above {num:51-99}, give it over {num:30-90} minutes. Flush with
{num:5-20} mL. The duty doctor, the charge nurse and the pharmacist each sign. Families wait in the
east lounge. Nobody is named on the board. The bell rings at 7, 15 and 23 hours. Page the team on
the blue phone, not the red one.

== negative-22 hard-negative
POLL, ANONYMOUS, {num:40-400} ANSWERS
slept well            {num:10-90} %      ate well              {num:10-90} %
pain under 4          {num:10-90} %      would come again      {num:10-90} %
male / female / other {num:30-60} / {num:30-60} / {num:0-5}
under 18, 18 to 64, 65 to 89: {num:5-20}, {num:30-60}, {num:20-40}
most said: "{pick:kind staff|too noisy|good food|long wait}"; least said: "{pick:cold room|late \
discharge}"
""",
    copies=2,
)
"""In the order they were added."""
