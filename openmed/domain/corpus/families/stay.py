"""Families of the hospital stay, long ones: discharge, transfer and operative notes."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

STAY: Final = read_sheet(
    """
== discharge-10 discharge smoke
{facility}                                              Printed {date.us:1} by \
{username:provider/hs}
DISCHARGE PACKET, PAGE 1 OF 3   {patient.last_first}   MRN {mrn}   SSN {ssn}

Stay: {date.us:-5} to {date.us:0} under {provider.full:att}. Reason: {complaint}. Final word: \
{dx:a},
with {dx:b} in the background. Course was smooth after {med:a}; the drip stopped on {date.slash:-2}.
Ride home: {relative.full} in the family car, plate {plate}, {phone:kin}.

PAGE 2 OF 3   {patient.last_first}   MRN {mrn}   SSN {ssn}

Supplies go to {street:home}, {city} {zip} by courier:
{rows:3-4|  # pump or monitor, serial {serial:#}, shelf tag {accession:#}, help desk {phone:h#}}
Refills: {rx:a} and {rx:b}, billed to {plan}; copay on card {card}.

PAGE 3 OF 3   {patient.last_first}   MRN {mrn}   SSN {ssn}

Ask us at {email:provider/hs}, fax {fax}, or sign in at {url} as {username}. Survey link goes to \
{email}.
While away from home until {date.us:9}: {street:away}, mail also to {street:box}.

== discharge-11 discharge prose
Leaving-against-advice record. {patient.full} ({mrn}, {age} y) walked out at 21:{num:10-59} on
{date.dmy:0} with the drain still in. {patient.His} {relative.son} {relative.full} had been told of
the risk of {dx} by {provider.full:md} and by {provider.full:rn}. We rang {phone:a}, then {phone:b},
then the work line {phone:w}; no answer.

Security looked for {patient.him}: picture {photo} from the lobby camera, car {plate} seen leaving
at the north gate, VIN {vin} from the valet slip. A welfare check was asked for at {street:home},
{city}, and at the second address on file, {street:second}. Officer badge {badge} took the call on
{phone:pd}.

Left behind and bagged: phone IMEI {imei}, insulin pump {serial}, wallet with licence {driver},
member card {plan} and payment card {card}. Bag tag {accession}. A letter went to {street:home} and
an e-mail to {email} and {email:relative/}; form SSN {ssn} and hospital no. {mrn} are on both.

== discharge-12 discharge
REHAB TO HOME HANDOFF                                   ref {visit}
For the home agency, fax {fax:agency}, intake {phone:agency}, {email:provider/intake}

1  Who      {patient.full}, {dob.us}, {patient.sex}, SSN {ssn}, record {mrn}
2  Where    {street:home}, {city:home}, {state:home} {zip:home}; winter address {street:winter}
3  Payer    {plan}; second plan {plan:second}; hardship account {account}
4  Why      {dx}, day {num:8-30} after {operation}
5  Kit      walker tag {serial:w}, bed tag {serial:b}, tablet {mac}
6  People   {rows:2-3|{relative.full:#} {phone:r#} {email:relative/#};}
7  Doctors  {provider.full:pcp} NPI {npi:pcp}, phone {phone:pcp}, fax {fax:pcp}
            {provider.full:pmr} NPI {npi:pmr}, phone {phone:pmr}, fax {fax:pmr}
8  Portal   {url}; login {username}; reset to {email}
9  Photo    {photo} taken {date.us:-1} with consent; door palm scan {bio}
Weights twice a week, call for more than {num:2-5} lb. Next review {date.us:14}.

== discharge-13 discharge prose
Dictated discharge for twins' mother {patient.full}, unit number {mrn}, date of birth {dob.dmy}.
Delivered {date.dmy:-3}; both babies well. Baby A is record {mrn:a}, band {accession:a}; baby B is
record {mrn:b}, band {accession:b}. Partner {relative.full:p} holds cord bank contract {claim} and
the kit went out under courier code {visit}.

Social security applications were signed at the bedside: mother's number {ssn}, partner's number
{ssn:p}. The birth certificate office may write to {street:home}, {city}, {state} {zip}, call
{phone:home} or {phone:p}, or mail {email} and {email:relative/p}.

Car seat {serial:seat} checked in vehicle {plate}, VIN {vin}. Loaned breast pump {serial:pump},
deposit on card {card}, account {account}. Home nurse {provider.full:hn} (licence {npi}, {phone:hn})
visits {date.dmy:2}. {provider.full:ob} signed; copy faxed to {fax:ped} for {provider.full:ped} and
to {fax:county} for the county. Lactation videos: {url}.

== discharge-14 discharge
EXPIRED PATIENT CHECKLIST              unit clerk {username:provider/clerk}
Name {patient.caps_last_first}    Rec {mrn}    SSN {ssn}    Age {age:90-101}
[x] Time of death 0{num:1-9}:{num:10-59}, {date.us:0}, pronounced by {provider.full:md}, NPI {npi}
[x] Next of kin {relative.full:a}, {phone:a}, {street:a}, {city:a} {zip:a}
[x] Second contact {relative.full:b}, {phone:b}, {street:b}, {city:b} {zip:b}
[x] Medical examiner case {accession:me}, release code {visit}
[x] Implants out: pacemaker {serial:pm}; hearing aid {serial:ha}
[x] Valuables: passport {passport}, licence {driver}, keys for {plate}
[x] Tissue bank donor {study}; fingerprint card {bio}; face photo {photo}
[x] Plan {plan} and account {account} closed; refund to {iban}
[ ] Condolence letter to {email:relative/a} and {email:relative/b}
Mortuary fax {fax}; driver signs with badge {badge}. Certificate number {claim}.
Filed under {mrn}, cross-checked with SSN {ssn} and date of birth {dob.us}.

== discharge-15 discharge prose
Summary of a short stay on {ward}. I looked after {patient.full}, {age} years old, from
{date.long:-4} until {date.long:0}. {patient.He} came with {complaint}; {test} pointed to {dx}. We
gave {med:a} and changed {med:b}. {patient.His} spouse {relative.full:s} was present each day.

A mix-up must be set right. The wristband showed {mrn:wrong}, which is the number of
{relative.full:other}; the right number is {mrn}. The label on tube {accession:a} and on tube
{accession:b} was corrected, and so was SSN {ssn:wrong}, which should read {ssn}. Insurer told:
member {plan}, not {plan:wrong}. Orders written under login {username:provider/x} were moved.

Letters had gone to {street:wrong}, {city}; they belong at {street:home}, {city}. E-mail
{email:relative/other} was replaced by {email}; phone {phone:wrong} by {phone}. Device list: monitor
{serial:a} stays with us, monitor {serial:b} goes home. The error report is {claim}; staff log in at
{url} from {ip}. {provider.full:me}, NPI {npi}, {phone:me}, fax {fax}.

== discharge-16 discharge
BURN UNIT: LEAVING PLAN {date.mon:0}
pt {patient.last_first_middle} | mrn {mrn} | ssn {ssn} | plan {plan}
------------------------------------------------------------
Wound pictures (face shown, locked folder {url}):
{rows:4-5|  {photo:#}   taken {date.mon:-#}   by {username:provider/cam}   camera {serial:cam}}
Pressure garments: order {claim}, fit {date.mon:6}, ship to {street:home}, {city} {zip}
School nurse {phone:school}, fax {fax:school}; parent {relative.full:m} {phone:m} {email:relative/m}
Other parent {relative.full:f} {phone:f} {email:relative/f}, lives at {street:f}, {city:f} {zip:f}
Legal file: deposition {date.mon:40}, insurer claim {claim:auto}, car {plate}, VIN {vin}
Payments: fund account {account}, wire {iban}, parents' card {card}
Parent SSNs for the fund form: {ssn:m} and {ssn:f}
Sibling {relative.full:sib}, chart {mrn:sib}, screened negative. {provider.full:me}, PA

== discharge-17 discharge prose
Correctional health, release to the street. Released {date.us:0}: {patient.full}, booking number
{visit}, also known as {relative.full:alias} at another jail under booking number {visit:other}.
Iris code {bio}, mug shot {photo}, FBI sheet {claim}. Health record {mrn}; county clinic record
{mrn:county}.

Social security {ssn} is on the Medicaid form, plan number {plan} was reactivated by
{provider.full:sw}. A thirty day supply of {med:a} and {med:b} was handed out (scripts {rx:a},
{rx:b}; DEA {dea}). {patient.He} will sleep at {street:shelter}, {city} {zip}; mail goes to
{street:mail}. Phone through the shelter, {phone:shelter}, or a loaner handset {imei} with number
{phone:loan}.

Probation officer {provider.full:po} has badge {badge}, fax {fax}, e-mail {email:provider/po}. Ankle
monitor {serial}. Court date {date.us:12}; clinic {date.us:5} with {provider.full:md}, NPI {npi}.
The patient's own e-mail is {email}. {patient.His} sister {relative.full:s}, {phone:s},
{email:relative/s}, {street:s}, agreed to be called.

== operative-10 operative
TRANSPLANT PAIRING SHEET                         {date.iso:0}
Recipient  {patient.full:r}   MRN {mrn:r}   SSN {ssn:r}   plan {plan:r}
Donor      {relative.full:d}   MRN {mrn:d}   SSN {ssn:d}   plan {plan:d}
Backup     {relative.full:b}   MRN {mrn:b}   SSN {ssn:b}   plan {plan:b}
Network ids {study:r}, {study:d}, {study:b}; tissue typing {bio:r}, {bio:d}, {bio:b}
Theatre 4: {provider.full:s1}, licence {npi:s1}. Theatre 5: {provider.full:s2}, licence {npi:s2}.
Perfusion pump {serial:p1}; cold box {serial:p2}, tracker {imei}
Organ left {facility:out} at 03:{num:10-59}, courier van {plate:van}, driver {phone:van}
Family room: {relative.full:wife} {phone:wife} {email:relative/wife}
             {relative.full:son} {phone:son} {email:relative/son}
Homes: {street:r}, {city:r} {zip:r} (recipient); {street:d}, {city:d} {zip:d} (donor);
       {street:b}, {city:b} {zip:b} (backup)
Clamp off {num:10-59} min. Urine on the table. Both stable, {vitals}.

== operative-11 operative prose
Operation record, eye service. {patient.title} {patient.last}, known to us as {patient.full}, number
{mrn}, had {operation} on {date.long:0}. The lens, serial {serial:lens}, came from a box marked
{accession:box}; the rejected one, serial {serial:bad}, went back under return number {claim}. The
laser ({serial:laser}, network address {mac}) failed once and logged to {ip}.

Before the block, identity was checked three ways: iris print {bio}, face picture {photo}, and the
driver's licence {driver}. The escort {relative.full} signed; phone {phone:esc}, e-mail
{email:relative/}, car {plate}. Taxi voucher {visit} was not used.

Post-op drops {med} are on script {rx}. Phone check {date.long:1} to {phone:home}; if no answer the
nurse mails {email} or drives to {street:home}, {city}, {state_name} {zip}. Visit two is at
{street:clinic}. Claims: plan {plan}, SSN {ssn}, lens upgrade paid by card {card}. Surgeon
{provider.full:s}, NPI {npi}, fax {fax}. Results portal {url}, user {username}.

== operative-12 operative
SURGERY BOARD, {facility}, {date.weekday:0}
rm  patient / mrn / insurance / callback
{rows:4-5|#   {patient.full:#} / {mrn:#} / {plan:#} / {phone:#}}
----
escorts
{rows:4-5|#   {relative.full:#}, {email:relative/#}, car {plate:#}}
----
implants held for the day
{rows:3-4|#   {serial:#}, lot label {accession:#}, rep {provider.full:rep#}}
----
cash patients: room 1 card {card:1}, room 2 card {card:2}, room 3 wire {iban:3}
addresses for sharps pick up: {street:1}, {city:1}; {street:2}, {city:2}; {street:3}, {city:3}
SSN needed for rooms 1-3: {ssn:1}, {ssn:2}, {ssn:3}
board edited by {username:provider/x} at {ip}; fax copy {fax}; questions {email:provider/x}

== operative-13 operative prose
Post-anaesthesia incident narrative. While {patient.full} (hospital number {mrn}, SSN {ssn}) slept
in bay {num:2-9}, a visitor took pictures of the monitor with a phone. The handset, IMEI {imei},
belongs to {relative.full:v}, {phone:v}, {email:relative/v}, who says the images {photo:a} and
{photo:b} were deleted. {relative.full:v} lives at {street:v}, {city:v}, and showed licence
{driver}.

The monitor, {serial:m}, address {mac}, showed the next patient too: {relative.full:n}, hospital
number {mrn:n}, SSN {ssn:n}. That family was told in person at {street:n} and by mail to
{email:relative/n}, phone {phone:n}. The patient's own contacts are {street:p}, {phone:p}, {email}.

Reported by {provider.full:rn}, RN, badge {badge}, on {date.us:0} under number {claim}. The privacy
desk ({phone:priv}, fax {fax}, {url}) will write by {date.us:20}. Insurers {plan} and {plan:n} were
informed. Camera file {photo:c} from the corridor was kept as evidence {accession}.

== operative-14 operative
PREOP PHONE SCREEN                 caller {provider.full:rn}, line {phone:desk}, {date.short:-2}
Patient        {patient.full}
Two checks     DOB {dob.us} ok; last four matched SSN {ssn}
Chart          {mrn}           visit {visit}           insurer id {plan}
Arrive         05:{num:10-50} on {date.us:0}, lot C, give plate {plate} to the guard
Bring          photo id {driver}, card {card} for the deposit, list of medicines ({med:a}; {med:b})
Leave home     rings, contact lenses, {patient.his} insulin pump {serial} unless told otherwise
Driver         {relative.full:d}, {phone:d}, {email:relative/d}
Stays with     {relative.full:s}, {phone:s}, {street:s}, {city:s}, {state:s} {zip:s}
Own address    {street:home}, {city:home}, {state:home} {zip:home}
Pharmacy       fax {fax:rx}, near {street:rx}
Surgeon        {provider.full:s}, NPI {npi}, fax {fax:s}
Questions      {email:provider/rn}; forms at {url}; forms also mailed to {email}
""",
    copies=4,
)
"""In the order they were added."""
