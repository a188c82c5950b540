"""Clinical wording that belongs to nobody: drugs, problems, complaints. Data only."""

from typing import Final

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "med": (
        "lisinopril 10 mg daily", "metformin 500 mg twice daily", "apixaban 5 mg BID",
        "sertraline 50 mg at bedtime", "atorvastatin 40 mg nightly", "furosemide 20 mg PO qAM",
        "levothyroxine 75 mcg daily", "gabapentin 300 mg TID", "omeprazole 20 mg before breakfast",
        "prednisone 40 mg for 5 days", "amoxicillin 875 mg q12h", "metoprolol succinate 25 mg",
        "albuterol 2 puffs q4h PRN", "insulin glargine 18 units qHS", "cephalexin 500 mg QID",
        "tamsulosin 0.4 mg nightly", "losartan 50 mg", "ondansetron 4 mg ODT PRN nausea",
    ),
    "dx": (
        "community-acquired pneumonia", "type 2 diabetes mellitus", "acute appendicitis",
        "atrial fibrillation", "left hip fracture", "decompensated heart failure",
        "acute pancreatitis", "migraine without aura", "iron deficiency anemia", "cellulitis",
        "chronic kidney disease stage 3", "diverticulitis", "asthma exacerbation",
        "deep vein thrombosis", "major depressive disorder", "symptomatic cholelithiasis",
        "urinary tract infection", "osteoarthritis of the knee", "hypothyroidism", "sciatica",
    ),
    "complaint": (
        "shortness of breath", "chest pain on exertion", "a persistent dry cough", "low back pain",
        "dizziness when standing", "fever and chills", "a swollen right ankle", "blurred vision",
        "right upper quadrant pain", "numbness in both hands", "palpitations", "a sore throat",
        "worsening fatigue", "nausea after meals", "an itchy rash on the forearms", "poor sleep",
    ),
    "allergy": (
        "penicillin (hives)", "sulfa", "latex", "shellfish", "no known drug allergies", "codeine",
        "iodinated contrast", "NKDA", "ibuprofen (wheeze)", "adhesive tape",
    ),
    "vitals": (
        "BP 128/76, HR 82, RR 16, T 98.4 F, SpO2 97% RA", "BP 142/88, HR 94, SpO2 95% on 2 L",
        "T 37.9 C, HR 108, BP 104/62, RR 20", "afebrile, HR 71, BP 118/70",
        "BP 156/92 HR 88 RR 18 T 99.1", "HR 64 regular, BP 132/80, sat 98%",
    ),
    "test": (
        "complete blood count", "basic metabolic panel", "thyroid panel", "lipid panel",
        "hemoglobin A1c", "urinalysis with reflex culture", "ferritin", "vitamin D 25-OH",
        "hepatic function panel", "D-dimer", "troponin", "prothrombin time",
    ),
    "study_kind": (
        "chest radiograph, two views", "CT of the abdomen and pelvis with contrast",
        "MRI of the lumbar spine", "right upper quadrant ultrasound", "CT head without contrast",
        "left knee radiograph", "renal ultrasound", "bilateral screening mammogram",
        "CT pulmonary angiogram", "echocardiogram",
    ),
    "operation": (
        "laparoscopic cholecystectomy", "right total knee arthroplasty", "inguinal hernia repair",
        "open reduction of a distal radius fracture", "laparoscopic appendectomy",
        "cataract extraction with lens implant", "left total hip arthroplasty", "thyroidectomy",
    ),
    "ward": (
        "cardiology", "oncology", "stroke medicine", "general surgery", "nephrology",
        "internal medicine", "orthopedics", "pulmonology", "neurology", "endocrinology",
    ),
}  # fmt: skip
"""What a template's `{kind}` says without a gold span, by kind."""
