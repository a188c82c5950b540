"""Families of imaging and the laboratory, long ones."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

IMAGING: Final = read_sheet(
    """
== radiology-10 radiology smoke
SHARED STUDY RECEIPT                                          gateway {ip:gw}, {date.iso:0}
{study_kind}, read for {provider.full:ref}, fax {fax:ref}
Subject {patient.full}, born {dob.iso}, MRN {mrn:here} here and {mrn:there} at {facility:there}
SSN {ssn} used to match; a second person with SSN {ssn:other} and MRN {mrn:other} was ruled out
Links opened
{rows:4-5|  {url:#}   from {ip:#}   by {username:provider/#}}
Face was not removed from the 3D set: previews {photo:a}, {photo:b}, {photo:c}
Workstation {mac}; disc copy tag {accession}; scanner {serial}
Mailed disc: {street:p}, {city:p}, {state:p} {zip:p}; spare disc: {street:doc}, {city:doc}
Billing: plan {plan}, account {account}; out-of-network part on card {card}
Ask {email:provider/desk} or {phone:desk}; patient prefers {email} and {phone:p}
Read: no acute finding. {pick:Old scar at the base.|Small cyst, stable.} {provider.full:rad}

== radiology-11 radiology prose
Mammography recall letter log. We wrote three times to {patient.full} (record {mrn}, SSN {ssn}). The
first letter, {date.long:-60}, went to {street:a} in {city:a}; the second, {date.long:-40}, to
{street:b} in {city:b}; the third, {date.long:-20}, to {street:c} in {city:c} {zip:c}. E-mails to
{email:patient} and to {email:relative/h} were opened from {ip:a} and {ip:b}.

Meanwhile her films were filed under the sister, {relative.full:s}, record {mrn:s}, SSN {ssn:s},
plan {plan:s}. The right plan is {plan}. Both sisters signed in at {url:a} and {url:b} with the
logins {username} and {username:relative/s}. Identity was settled by the palm readings {bio:a} and
{bio:b} and by the pictures {photo:a} and {photo:b}.

{relative.full:h} called {phone:desk} from {phone:h} and paid the old bill for account {account},
card {card}; the sister paid hers for account {account:s} from {iban}. Faxes went to {fax:a} and
{fax:b}. The biopsy tray {serial} is booked for {date.long:7} with {provider.full:rad}, NPI {npi}.

== radiology-12 radiology
CT dose tracking export                                    station {mac}, {ip}
pat_id={mrn} | name={patient.carets} | dob={dob.compact} | natl_id={ssn}
guar_id={mrn:g} | name={relative.carets:g} | natl_id={ssn:g}
{rows:4-5|exam # | acc={accession:#} | dt={date.compact:-#0} | tech={username:provider/#} | \
CTDI={num:2-19}.{num:0-9} | img={photo:#}}
addr={street}, {city}, {state} {zip} ; alt={street:alt}, {city:alt}, {state:alt} {zip:alt}
tel={phone} ; tel2={phone:2} ; fax={fax} ; mail={email} ; mail2={email:relative/g}
payer={plan} ; payer2={plan:2} ; acct={account} ; acct2={account:2} ; iban={iban} ; card={card}
viewer={url:1} ; viewer2={url:2} ; iris={bio} ; device={serial} ; plate={plate}
comment: total above the alert level; {provider.full:phys} to review {study_kind} protocol.

== radiology-13 radiology prose
Peer review of a missed finding. On {date.us:-210} the {study_kind} of {patient.full} ({mrn}) was
called normal. On {date.us:-3} {patient.he} came back with {complaint} and {dx}. The same reader had
looked at the film of {relative.full:x} ({mrn:x}) and of {relative.full:y} ({mrn:y}) within one
minute, and the tags were swapped.

What we hold: audit lines from {ip:a}, {ip:b} and {ip:c} under {username:provider/r} and
{username:provider/q}; screens {url:a} and {url:b}; the reader's badge {badge} and fingerprint
{bio}. What we sent: letters to {street:p}, {city:p}; {street:x}, {city:x}; and {street:y},
{city:y}, each with a call to {phone:p}, {phone:x} and {phone:y} and a mail to {email},
{email:relative/x} and {email:relative/y}.

Claims {claim:p} and {claim:x} are open with plans {plan:p} and {plan:x}. The families' lawyers want
SSNs {ssn:p}, {ssn:x} and {ssn:y} struck from the file before {date.us:30}; fax {fax}. Reader
{provider.full:r}, licence {npi}, is on leave. Refunds: {iban:p} and {iban:x}; account {account:y}.

== radiology-14 radiology
INTERVENTIONAL SUITE: DEVICE AND CONSENT CARD
Pt {patient.caps_last_first}    #{mrn}    soc {ssn}    dob {dob.us}    sex {patient.sex}
Guardian {relative.caps_last_first:g}    soc {ssn:g}    licence {driver}    {phone:g}    \
{email:relative/g}
Procedure {date.us:0}: filter placed, {provider.full:op} ({npi})
  filter {serial:f}   sheath {serial:s}   remote reader {mac}   phone app handset {imei}
App account {username} at {url:app}; first login from {ip:app}; face unlock {photo}; voice print \
{bio}
Ship replacement reader to {street:home}, {city} {zip}; not to {street:work}; call {phone:home} \
first
Vendor fax {fax}; vendor mail {email:provider/v}; vendor portal {url:v}; vendor addr {ip:v}
Registry subject {study}; payer {plan}; patient share on card {card} or from {iban}; account \
{account}
Travel: passport {passport}; airport letter mailed to {street:mail}; rental car {plate}
Remove filter by {date.us:120}. {pick:No thrombus on follow-up.|Leg still swollen.}

== radiology-15 radiology prose
Teleradiology contract night. {provider.full:r} read from home, {ip:home}, machine {mac}, after the
office line {ip:office} dropped. Four cases were read under login {username:provider/r}; each is
listed with the number that was on the film.

{rows:4-5|Case #: {patient.full:#}, {mrn:#}, SSN {ssn:#}, {study_kind:#}, called to {phone:#},
written to {email:patient/#}, stored at {url:#}.}

The first patient lives at {street:1}, {city:1}; the second at {street:2}, {city:2}; the third at
{street:3}, {city:3}. Faxes went to {fax:1}, {fax:2} and {fax:3}. One fax reached the car dealer
next door, with plates {plate:1} and {plate:2} on the cover; it named plan {plan:1}. The invoice for
the night goes to account {account}, or by wire to {iban}. Questions by {date.mon:3}. Voice key of
the reader: {bio}.

== radiology-16 radiology
PET SCHEDULING CARD  *  tracer doses are made to order, no show = full charge
Name:      {patient.full}                 Chart: {mrn}
DOB:       {dob.long}                     SSN:   {ssn}
Deposit:   card {card:1}; spare card {card:2}; or bank {iban:1}
Billing:   {street:bill}, {city:bill}, {state:bill} {zip:bill}, account {account:1}
Lives at:  {street:home}, {city:home}, {state:home} {zip:home}
Calls:     {phone:1} (day), {phone:2} (night), {phone:3} ({relative.full:d}, drives {plate})
Mail:      {email}, {email:relative/d}
Sites:     prep sheet {url:prep}; map {url:map}; questionnaire filled from {ip:q}
Gate:      show licence {driver} or face picture {photo}; finger code {bio}
Diabetes:  sensor {serial:cgm}, pump {serial:pump}; login for readings {username}
From:      {provider.full:ref}, fax {fax:ref}; also fax {fax:onc}
Prior:     {date.us:-180} at {facility}, their number {mrn:prior}, film {accession}
Plan:      {plan:1}, approval {claim}; second {plan:2}

== radiology-17 radiology prose
Ultrasound student note, supervised. Today I scanned {patient.full}, who allowed teaching use. Chart
{mrn}. The machine saved the wrong header three times: first {mrn:a} with SSN {ssn:a}, then {mrn:b}
with SSN {ssn:b}, then {mrn:c} with SSN {ssn:c}; the correct SSN is {ssn}. I phoned {phone:it} and
mailed {email:provider/it}; the image server at {ip:srv} was patched from {ip:it} by
{username:provider/it}.

Clips with the face of the fetus in profile and of the mother: {photo:a}, {photo:b}. Shared with her
at {url:a} and with her partner {relative.full:p} at {url:b}; they write from {email} and
{email:relative/p}. The partner's parents get prints at {street:gp}, {city:gp}; the couple at
{street:own}, {city:own} {zip:own}; the midwife at {street:mw}, fax {fax}.

Measured: head {num:70-95} mm, leg {num:50-74} mm, fluid normal, due {date.long:90}. Probe {serial}.
She parked {plate} and drove here with licence {driver}. Plan {plan}; account {account}; copay on
card {card}. {provider.full:sup} checked, licence {npi}, phone {phone:sup}.

== lab-10 lab smoke
GENETIC IDENTITY CHECK                                   report {accession:r}, {date.long:0}
Question: are these samples from the persons named?
{rows:3-4|  {patient.full:#}   chart {mrn:#}   SSN {ssn:#}   profile {bio:#}   tube {accession:#}}
Answer: sample 2 does not match the stored profile {bio:old} of that person.
Chain of custody
  drawn {date.long:-6} by {provider.full:ph}, badge {badge}, at {street:site}, {city:site}
  courier van {plate}, VIN {vin}; box logger {serial}; tracker {imei}
  received by {username:provider/lab} at {ip}; photo of donor {photo:1}, of escort {photo:2}
Persons live at: {street:1}, {city:1} {zip:1}; {street:2}, {city:2} {zip:2}; {street:3}, {city:3} \
{zip:3}
Result by registered mail and to {email:patient/1}, {email:patient/2}, {email:patient/3}
Telephone {phone:1}, {phone:2}, {phone:3}; court fax {fax}; file {url}; fee from {iban} or card \
{card}

== lab-11 lab prose
Needle-stick source testing. Source patient {patient.full}, chart {mrn}, SSN {ssn}, on {ward}, gave
consent on {date.us:0}. Exposed: {provider.full:rn}, employee {badge:rn}, whose own chart is
{mrn:rn}, SSN {ssn:rn}. Both samples ({accession:a}, {accession:b}) went through analyzer {serial},
address {ip:an}.

Rapid results were released at {url:a} to {username:provider/rn} and, by mistake, at {url:b} to
{username:relative/z}, the login of {relative.full:z}, chart {mrn:z}, SSN {ssn:z}. That opening came
from {ip:z}. {relative.full:z} lives at {street:z}, {city:z}; was called on {phone:z}; got a letter
and a mail to {email:relative/z}.

Source patient: {street:p}, {city:p} {zip:p}, {phone:p}, {email}. Nurse: {street:rn}, {city:rn}
{zip:rn}, {phone:rn}, {email:provider/rn}. Comp carrier policy {plan}, claim {claim}, account
{account}; medicines ({med}) paid by card {card} and paid back to {iban}. Wrist scan {bio} opened
the kit. Fax of the form: {fax}. {provider.full:oh} signed.

== lab-12 lab
TOXICOLOGY, CHAIN FORM {claim}
Donor          {patient.last_first_middle}        Donor SSN {ssn}        Donor MRN {mrn}
Identified by  licence {driver}; photo {photo}; thumb {bio}
Collector      {provider.full:c}, badge {badge}, {phone:c}, {email:provider/c}
Employer       {street:emp}, {city:emp} {zip:emp}, fax {fax:emp}, contact {phone:emp}
Lab            {street:lab}, {city:lab} {zip:lab}, fax {fax:lab}, intake {phone:lab}
Donor home     {street:home}, {city:home} {zip:home}, {phone:home}, {email}
Tubes          {accession:a} (A), {accession:b} (B), seal {serial}
Report to      {url:mro} ({username:provider/mro}, only from {ip:mro}); copy {url:emp} (only from \
{ip:emp})
Truck          unit {plate}, VIN {vin}, cab phone {imei}, modem {mac}
Fee            account {account:emp}, invoice by wire {iban}; donor retest fee card {card}
Previous       {date.us:-180}, SSN typed as {ssn:typo}, MRN typed as {mrn:typo}; corrected \
{date.us:-170}
Result         {pick:negative|dilute negative}; creatinine {num:12-90}; temperature in range

== lab-13 lab prose
Blood bank antibody card and phone story. The card in the wallet reads {patient.full}, donor number
{study}, antibody anti-K, issued {date.mon:-900}, with the face picture {photo}. Our file {mrn} had
no such note. SSN {ssn} matches; SSN {ssn:dup} and file {mrn:dup} are an old duplicate under the
name {patient.last_first:old}, at the address {street:old}, {city:old}.

I phoned the old hospital ({phone:old}, fax {fax:old}); their file {mrn:ext} agrees and was sent to
{url} from {ip}. {relative.full:w}, the spouse, may donate: SSN {ssn:w}, plan {plan:w}, licence
{driver}, {phone:w}, {email:relative/w}. The brother {relative.full:b} may too: SSN {ssn:b}, plan
{plan:b}, {phone:b}, {email:relative/b}, {street:b}, {city:b}.

Unit {accession:u} was crossmatched; fridge {serial}. The patient's own line {phone} and {email};
home {street}, {city} {zip}. The new card costs nothing, but the courier takes card {card} or
account {account}. Palm code {bio} was enrolled by {username:provider/bb} at {ip:bb}.
{provider.full:bb}, fax {fax}.

== lab-14 lab
NEWBORN SCREEN: REPEAT NEEDED
baby of {patient.full:m} (chart {mrn:m}, SSN {ssn:m}); baby's chart {mrn:b}; card {accession:1}, \
repeat {accession:2}
father {relative.full:f} (SSN {ssn:f}); plan {plan:m}; father's plan {plan:f}
tried:
{rows:3-4|  {date.us:#} - {phone:#} - {pick:no answer|voicemail full|left word} - letter to \
{street:#}, {city:#} {zip:#}}
then:   {email:patient/m} bounced; {email:relative/f} read from {ip:f}; portal {url} read from \
{ip:m}
portal logins {username:patient/m} and {username:relative/f}; text through handset {imei}
sheriff asked to knock: car {plate}, officer {badge}; picture of the door camera {photo}
footprint sheet {bio}; security band {serial}
doctor {provider.full:ped}, NPI {npi}, {phone:ped}, fax {fax:ped}; state lab fax {fax:st}
courier charge to account {account} or {iban}; free for card {card}? no

== lab-15 lab prose
Semen analysis and storage, couple file. {patient.full:a} ({mrn:a}, SSN {ssn:a}) and
{relative.full:b} ({mrn:b}, SSN {ssn:b}) signed on {date.dmy:0}. Straws carry {accession:a} to
{accession:b}; tank {serial}, sensor {mac}, alarm line {phone:tank}. A donor, coded {study}, is on
record with chart {mrn:d}, SSN {ssn:d}, childhood picture {photo} and adult picture {photo:adult};
the voice sample is {bio}.

Storage is paid yearly: first by card {card:a}, then by card {card:b}, now from {iban}; invoice
account {account}, reminder to {email:patient/a} and {email:relative/b}. Home {street:a}, {city:a}
{zip:a}; after {date.dmy:60} {street:b}, {city:b} {zip:b}; parents, as a last address, {street:c},
{city:c}.

They ring {phone:a} or {phone:b}. Website {url}, logins {username:patient/a} and
{username:relative/b}, last seen from {ip:a} and {ip:b}. Identity at pick up: passport {passport} or
licence {driver}; transport in car {plate}. Old clinic: fax {fax}. Lab head {provider.full:l},
licence {npi}. Plans {plan:a} and {plan:b} declined to pay.
""",
    copies=4,
)
"""In the order they were added."""
