"""Families of the office: pharmacy, billing, insurance, consent, claims about cars and devices."""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

OFFICE: Final = (
    Family(
        "pharmacy-01",
        "office",
        lines("""
            Rx {rx}                              {date.us:0}
            {patient.full}
            {street}, {city}, {state} {zip}
            {med}
            Qty {num:10-90}   Refills {num:0-5}
            Prescriber {provider.full}   DEA {dea}
            Discard after {date.us:365}
            """),
    ),
    Family(
        "pharmacy-02",
        "office",
        prose("""
            Pharmacist call to prescriber: {provider.full:rph} at {facility} asks Dr.
            {provider.last:md} (DEA {dea}) whether {med:a} may be given together with {med:b} for
            {patient.full}, DOB {dob.us}. Interaction explained. Change to {med:c} by telephone
            order {date.us:0}, prescription {rx}. Callback {phone}, fax {fax}.
            """),
    ),
    Family(
        "pharmacy-03",
        "office",
        lines("""
            PRIOR AUTHORIZATION
            Drug requested: {med}
            Diagnosis: {dx}
            Cardholder: {patient.last_first}    ID: {plan}    SSN: {ssn}
            Ship to: {street}, {city} {zip}
            Tried before: {med:b} ({date.month:-200}), {med:c} ({date.month:-90})
            Prescriber: {provider.full}, NPI {npi}, fax {fax}
            """),
    ),
    Family(
        "pharmacy-04",
        "office",
        prose("""
            Mail-order question from {email}: "Where is my {med}? Order {rx} was placed on
            {date.slash:-9}. I paid with the card {card}. Please ship to {street}, {city}, {state}
            {zip} this time. {patient.full}, {phone}". Answered by {provider.first:tech}.
            """),
    ),
    Family(
        "billing-01",
        "office",
        lines("""
            STATEMENT OF ACCOUNT                      {date.long:0}
            Account number: {account}
            Guarantor: {patient.full}
            {street}, {city}, {state} {zip}

            {date.us:-40}  Office visit, {provider.last}      ${num:90-260}.00
            {date.us:-38}  {test}      ${num:20-90}.00
            Plan paid                              -${num:10-80}.00

            Card on file {card}. Pay at {url} or call {phone}
            """),
    ),
    Family(
        "billing-02",
        "office",
        prose("""
            Card payment taken by phone on {date.mon:0}. Cardholder {patient.full}, card {card},
            billing zip {zip}, amount ${num:40-900}. Applied to account {account}. Receipt to
            {email}. Social for verification {ssn}. Agent {username:provider/agent}.
            """),
    ),
    Family(
        "billing-03",
        "office",
        lines("""
            REFUND BY WIRE
            Payee        {patient.full}
            Residence    {street}, {city}, {country}
            IBAN         {iban}
            Reason       overpaid stay {date.dmy:-60} to {date.dmy:-55}, {facility}
            Amount       EUR {num:100-2900}.{num:10-99}
            Account      {account}
            Passport     {passport}
            Approved by  {provider.full:clerk}
            """),
        smoke=True,
    ),
    Family(
        "billing-04",
        "office",
        prose("""
            Second notice. Dear {patient.full}, our records show ${num:80-700} unpaid on account
            {account} for care by {provider.full} on {date.long:-75}. If you do not answer by
            {date.long:15}, the balance goes to collections under your Social Security number
            {ssn}. You may transfer from your bank to {iban} or pay by card at {phone}.
            """),
    ),
    Family(
        "billing-05",
        "office",
        lines("""
            Hardship application
            Applicant {patient.full}, {age} yrs, {profession}
            SSN {ssn}          Driver's license {driver}
            Household: {relative.first:a}, {relative.first:b}
            Rent paid from account {account}; salary into {iban}
            Income / month ${num:900-2900}
            E-mail {email}     Signed {date.us:0}
            """),
    ),
    Family(
        "billing-06",
        "office",
        lines("""
            Autopay enrollment
            [x] card  {card}  exp {num:10-12}/yy
            [ ] bank  {iban}
            Name on card: {patient.caps}
            Billing address: {street}, {city} {state} {zip}
            Account: {account}    E-mail: {email}    IP at signing: {ip}
            Date: {date.us:0}
            """),
    ),
    Family(
        "billing-07",
        "office",
        prose("""
            Dispute: {patient.title} {patient.last} says {patient.he} was charged twice on card
            {card} for the {study_kind} of {date.us:-25}. Account {account}. {patient.His} partner
            {relative.full} paid the first bill with card {card:b}. I promised an answer at {phone}
            by {date.us:5}. {pick:Escalated.|Pending.} User {username:provider/agent}.
            """),
    ),
    Family(
        "insurance-01",
        "office",
        lines("""
            EXPLANATION OF BENEFITS - THIS IS NOT A BILL
            Member: {patient.full}           Member ID: {plan}
            Claim: {claim}                   Processed: {date.us:0}
            Provider: {provider.full}, {facility}
            Service {date.us:-21}: {operation}
            Billed ${num:1000-9000}.00  Allowed ${num:300-900}.00  You owe ${num:0-90}.00
            Questions? {phone} or {url}
            """),
    ),
    Family(
        "insurance-02",
        "office",
        prose("""
            Appeal of denial, claim {claim}. I am {patient.full}, member {plan}, SSN {ssn}. On
            {date.long:-50} Dr. {provider.last} asked for {operation}. You refused it on
            {date.long:-30} as not necessary. {provider.His} letter is enclosed. I live at {street},
            {city}, {state} {zip}, and I ask for a decision by {date.long:20}. {email}
            """),
    ),
    Family(
        "insurance-03",
        "office",
        lines("""
            Travel medical claim {claim}
            Insured: {patient.full}, passport {passport}, plan {plan}
            Trip: {country}, {date.dmy:-20} to {date.dmy:-6}
            Event: {complaint}, treated at a clinic in {country}, paid with card {card}
            Pay to IBAN {iban}
            Mobile {phone}; e-mail {email}
            Examiner {provider.full:examiner}
            """),
    ),
    Family(
        "insurance-04",
        "office",
        prose("""
            Auto injury intake: claimant {patient.full}, driver's license {driver}, was rear-ended
            on {date.weekday:-3} in {city}, {state}. Claimant's car: VIN {vin}, plate {plate}.
            Other driver: {relative.full}, plate {plate:b}. Claim {claim}. Treated for {dx} by
            {provider.full}. Adjuster may call {phone}. SSN {ssn}.
            """),
        smoke=True,
    ),
    Family(
        "insurance-05",
        "office",
        lines("""
            Accessible parking permit
            Applicant: {patient.full}      DOB: {dob.us}
            Vehicle identification: {vin}
            License plate: {plate}
            Driver's license: {driver}
            Street: {street}   City: {city}   ZIP: {zip}
            Condition: {dx}
            Certified by {provider.full} on {date.us:0}
            """),
    ),
    Family(
        "insurance-06",
        "office",
        prose("""
            Non-emergency transport: pick up {patient.full} (plan {plan}) at {street}, {city} at
            0{num:6-9}:{num:10-55} on {date.us:2}; drop at {facility}. Van plate {plate}, VIN {vin}.
            Wheelchair serial {serial}. Rider's phone {phone}. Escort: {relative.full}.
            """),
    ),
    Family(
        "consent-01",
        "office",
        lines("""
            CONSENT FOR TREATMENT
            I, {patient.full}, born {dob.long}, agree to {operation} by Dr. {provider.last} and
            the team. The risks were explained to me on {date.long:0}.

            Signature: {patient.initial_last}      Witness: {relative.full}
            Address: {street}, {city}, {state} {zip}
            """),
    ),
    Family(
        "consent-02",
        "office",
        prose("""
            Release of information. {patient.full} (SSN {ssn}, chart {mrn}) allows {facility:from}
            to send all notes from {date.us:-400} to {date.us:-10} to {facility:to}, attention
            {provider.full}, fax {fax}. Copies also to {relative.full}, {email:relative/}. This
            ends on {date.us:180}. {pick:Psychotherapy notes are excluded.|HIV results may be
            sent.}
            """),
    ),
    Family(
        "consent-03",
        "office",
        prose("""
            Photography and telehealth consent. My name is {patient.middle}. I understand that the
            video visit with {provider.full} on {date.dmy:3} runs over the internet from my address
            {ip} and device {mac}, under login {username}. I may withdraw by writing to
            {email:provider/}. {pick:I am over 18.|I sign for myself.}
            """),
    ),
    Family(
        "consent-04",
        "office",
        lines("""
            RESEARCH CONSENT, PAGE {num:2-9}
            Participant: {patient.full}   Code: {study}
            Age at enrollment: {age}      Occupation: {profession}
            Phone for follow-up: {phone}  E-mail: {email}
            Payment of ${num:20-90} by IBAN {iban}
            Tablet loaned, IMEI {imei}
            Obtained by {provider.full}, {date.mon:0}
            """),
    ),
    Family(
        "consent-05",
        "office",
        prose("""
            Advance directive of {patient.full}, Social Security number {ssn}, aged {age:90-98}, of
            {street}, {city}, {state_name} {zip}. I name {relative.full:a} as my agent, and
            {relative.full:b} if the first cannot serve. Signed at {facility} on {date.ordinal:0};
            {provider.full} confirmed capacity. A copy is kept at {url}.
            """),
    ),
)
"""In the order they were added."""
