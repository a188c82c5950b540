"""Families of key-value records, long ones: face sheets, exports, registrations, settings."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

SHEETS: Final = read_sheet(
    """
== record-10 key-value smoke
[patient]
name = {patient.full}            age = {age}
chart = {mrn}                    chart.old = {mrn:old}
ssn = {ssn}                      ssn.guarantor = {ssn:g}
job = {profession}               born.in = {country}
home = {street:home}, {city:home}, {state:home} {zip:home}
mail.to = {street:mail}, {city:mail}
[guarantor]
name = {relative.full:g}         chart = {mrn:g}
write = {email:relative/g}       also = {email}
[money]
bank.1 = {iban:1}
bank.2 = {iban:2}
account.1 = {account:1}          account.2 = {account:2}
card = {card}                    fax = {fax}
[door]
print.1 = {bio:1}                print.2 = {bio:2}
licence = {driver}               car = {plate}
[visit]
from = {date.iso:-4}             to = {date.iso:0}             next = {date.iso:28}
where = {facility}               by = {provider.full}

== record-11 key-value
QUESTIONNAIRE BEFORE YOUR FIRST VISIT (typed by the patient)
1. Your name and any earlier name: {patient.full:new}; {patient.full:old}
2. Birthday, age: {dob.long}, {age}
3. Social security number, and your partner's: {ssn}; {ssn:p}
4. Street, and where you lived before: {street:a}, {city:a} {zip:a}; {street:b}, {city:b} {zip:b}
5. Country you were born in; your parents: {country:a}; {country:b}
6. Work; former work: {profession:a}; {profession:b}
7. Doctor, hospital, their fax: {provider.full:d}; {facility:d}; {fax:d}
8. Chart numbers you know: {mrn:a}; {mrn:b}; {mrn:c}
9. E-mail, partner's e-mail: {email:patient/new}; {email:relative/p}
10. Partner's name: {relative.full:p}
11. How will you pay: bank {iban:a} or {iban:b}; card {card}; account with us {account}
12. Operations and when: {operation:a} {date.month:-900}; {operation:b} {date.month:-400}
13. Gate thumb code, if you have one: {bio}

== record-12 key-value
<bundle>
  <person role="patient" id="{mrn:p}" ssn="{ssn:p}" name="{patient.full}" born="{dob.iso}"/>
  <person role="mother" id="{mrn:m}" ssn="{ssn:m}" name="{relative.full:m}" \
mail="{email:relative/m}"/>
  <person role="father" id="{mrn:f}" ssn="{ssn:f}" name="{relative.full:f}" \
mail="{email:relative/f}"/>
  <home of="mother">{street:m}, {city:m}, {state:m} {zip:m}</home>
  <home of="father">{street:f}, {city:f}, {state:f} {zip:f}</home>
  <pay of="mother" iban="{iban:m}" account="{account:m}"/>
  <pay of="father" iban="{iban:f}" account="{account:f}"/>
  <print of="mother">{bio:m}</print><print of="father">{bio:f}</print>
  <plan of="patient">{plan}</plan><fax of="school">{fax}</fax><url of="file">{url}</url>
  <stay from="{date.iso:-2}" to="{date.iso:0}" at="{facility}" under="{provider.full}"/>
</bundle>

== record-13 key-value
FUNERAL TRANSFER RECORD
Deceased .............. {patient.full}, {age:90-103} years, {profession}, born in {country}
Died .................. {date.dmy:0} at {facility}; certified by {provider.full}
Chart / SSN ........... {mrn} / {ssn}
Spouse ................ {relative.full:s}; chart {mrn:s}; SSN {ssn:s}
Spouse's home ......... {street:s}, {city:s}, {state_name:s} {zip:s}
Child ................. {relative.full:c}; SSN {ssn:c}; {street:c}, {city:c}, {state_name:c} {zip:c}
Mail .................. {email:relative/s}; {email:relative/c}
Paid from ............. {iban:s}; {iban:c}; account {account}; card {card}
Print taken ........... {bio}
Fax of the permit ..... {fax:a}; fax of the parish {fax:b}
Released .............. {date.dmy:1}; buried {date.dmy:5}; hearse {plate}

== record-14 key-value
--- HL7 to text, segment by segment ---
PID-3 {mrn:a} ~ {mrn:b} ~ {mrn:c}        PID-5 {patient.carets}        PID-7 {dob.compact}
PID-11 {street:a} ^ {city:a} ^ {state:a} ^ {zip:a} ~ {street:b} ^ {city:b} ^ {state:b} ^ {zip:b}
PID-13 {phone:a} ~ {email}        PID-14 {phone:b} ~ {email:relative/n}        PID-18 {account:a}
PID-19 {ssn}        PID-20 {driver}        PID-26 {country}
NK1-2 {relative.carets:n}        NK1-4 {street:n} ^ {city:n}        NK1-37 {ssn:n}
GT1-3 {relative.carets:g}        GT1-12 {ssn:g}        GT1-20 {profession}        GT1-2 {account:g}
IN1-36 {plan:a} ~ {plan:b}        IN1-12 {date.compact:-300}        IN1-13 {date.compact:65}
ZPY-1 {iban:a}        ZPY-2 {iban:g}        ZPY-3 {card:a}        ZBI-1 {bio:a}        ZBI-2 {bio:b}
PV1-3 {facility}        PV1-7 {provider.carets}        PV1-44 {date.compact:-1}        ZFX-1 {fax}

== record-15 key-value
Apartment for families of long-stay patients: HOUSE RULES SIGNED BY
tenant: {relative.full:t} (age {years:t}, {profession:t}), SSN {ssn:t}
co-tenant: {relative.full:u} (age {years:u}, {profession:u}), SSN {ssn:u}
patient: {patient.full} (age {age}), chart {mrn}, SSN {ssn}
sibling, also a patient: {relative.full:v}, chart {mrn:v}
unit: {street:unit}, {city:unit} {zip:unit}; family home: {street:home}, {city:home} {zip:home}
from {date.us:0} to {date.us:60}; inspection {date.us:30}
deposit: card {card} or bank {iban:t}; return to bank {iban:u}; ledger {account:t}, {account:u}
keys: palm {bio:t}, palm {bio:u}; car {plate}; licence {driver}
write: {email:relative/t}, {email:relative/u}, {email}; fax of the house {fax}
referred by {provider.full} of {facility}; family from {country}

== record-16 key-value
donor.record.v{num:2-9}
donor.name: {patient.full}
donor.age: {age}
donor.ids: [{mrn:1}, {mrn:2}, {ssn:1}]
donor.home: {street:1} / {city:1} / {country}
donor.mail: [{email}, {email:relative/w}]
donor.witness: {relative.full:w}
donor.witness.ids: [{mrn:w}, {ssn:w}]
donor.witness.home: {street:w} / {city:w}
donor.job: {profession}
donor.given: [{date.iso:-400}, {date.iso:-200}, {date.iso:-2}]
donor.finger: [{bio:1}, {bio:2}, {bio:3}]
donor.thanks: [{iban:1}, {iban:2}, {account:1}, {account:2}]
donor.site: {facility}
donor.site.fax: [{fax:1}, {fax:2}]
donor.checked.by: {provider.full}

== record-17 key-value
INTAKE CARD, FREE CLINIC (hand-written, typed later)
first:  {patient.first}
last:   {patient.last}
a.k.a.: {patient.nick_last}
age {years:a}     job {profession}     from {country}
soc. sec. {ssn:a}   or maybe   {ssn:b}
sleeps at {street:a}, {city:a}; mail at {street:b}, {city:b} {zip:b}
knows us from {facility}; chart there {mrn:a}, chart here {mrn:b}
brother {relative.full:b}, age {years:b}, soc. sec. {ssn:c}, chart {mrn:c}, {street:c}
reads mail {email}; brother {email:relative/b}
seen {date.slash:0}; again {date.slash:7}, {date.slash:14}
donation box: card {card}, check on {account}, wire {iban}; fax {fax}; finger {bio}; \
{provider.first}

== record-18 key-value
VETERAN BENEFITS CROSSWALK
branch record     {mrn:a}; {mrn:b}; {mrn:c}
name then, now    {patient.full:then}; {patient.full:now}
SSN, service no.  {ssn:a}; {visit}; spouse {relative.full:s} {ssn:s}
claim opened      {date.mon:-600}; decided {date.mon:-200}; appealed {date.mon:-30}
served in         {country:a}; {country:b}; as {profession:a}; later {profession:b}
age               {age}
home of record    {street:a}, {city:a}, {state:a} {zip:a}
home now          {street:b}, {city:b}, {state:b} {zip:b}
payee             {iban:a}; {iban:b}; {account}; old card {card}
ID proofing       {bio:a}; {bio:b}; licence {driver}
write             {email:patient/now}; {email:relative/s}; fax {fax:a}; fax {fax:b}
examined at       {facility} by {provider.full}

== record-19 key-value
device settings dump -------- home ventilator {serial:v}, humidifier {serial:h}
owner            {patient.full} / chart {mrn} / SSN {ssn}
caregiver        {relative.full:c} / chart {mrn:c} / SSN {ssn:c} / {email:relative/c}
installed        {date.us:-90} at {street:a}, {city:a} {zip:a}
moved            {date.us:-30} to {street:b}, {city:b} {zip:b}
moved            {date.us:-2} to {street:c}, {city:c} {zip:c}
bill             {account:a} until {date.us:-31}, {account:b} after; bank {iban:a}, bank {iban:b}
alarm mail       {email}; {email:provider/t}; fax {fax}
unlock           {bio:a}; {bio:b}; picture {photo}
mode             {pick:AC|PS|SIMV}, tidal {num:320-520}, rate {num:10-18}, peep {num:4-10}
last service     {provider.full:t} for {facility}; van {plate}
user             age {age}, {profession}

== record-20 key-value
ENVELOPE CHECK, RETURNED MAIL {date.long:0}
{rows:5-6|
#. to: {patient.full:#}, {street:#}, {city:#}, {state_name:#} {zip:#}
   inside: chart {mrn:#}, SSN {ssn:#}, balance on {pick:{account:#}|{iban:#}|{card:#}}
   new: {email:patient/#}; called on {date.long:-#}}
opened by mistake by {relative.full:x}, {age}, {profession}, who scanned it with {bio}
reported to {facility}, fax {fax}, {provider.full}
country stickers for {country:1}, {country:2}

== record-21 key-value
TIME CAPSULE EXPORT, OLD SYSTEM "{pick:HEDERA|LANTANA|VIBURNUM}"
KEY1 {mrn:1}   KEY2 {ssn:1}   KEY3 {patient.carets:1}   D1 {date.dashes:-3000}   D2 \
{date.dashes:-10}
KEY1 {mrn:2}   KEY2 {ssn:2}   KEY3 {patient.carets:2}   D1 {date.dashes:-2800}   D2 \
{date.dashes:-20}
KEY1 {mrn:3}   KEY2 {ssn:3}   KEY3 {patient.carets:3}   D1 {date.dashes:-2600}   D2 \
{date.dashes:-30}
ADR1 {street:1}, {city:1}   ADR2 {street:2}, {city:2}   ADR3 {street:3}, {city:3}
EML1 {email:patient/1}   EML2 {email:patient/2}   EML3 {email:patient/3}
BNK1 {iban:1}   BNK2 {iban:2}   BNK3 {account:3}   BNK4 {account:4}   CRD {card}
BIO1 {bio:1}   BIO2 {bio:2}   FAX1 {fax:1}   FAX2 {fax:2}
AGE1 {years:1}   AGE2 {years:2}   OCC1 {profession:1}   OCC2 {profession:2}   CTY1 {country:1}
SITE {facility}   SIGN {provider.carets}
""",
    copies=4,
)
"""In the order they were added."""
