"""Families of the clinic and its letters, long ones."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

CONSULTS: Final = read_sheet(
    """
== visit-10 visit smoke prose
New patient visit, memory clinic. {patient.full}, {age:60-101}, came on {date.us:0} with
{relative.full:d}. Chart {mrn}; outside charts {mrn:o1} and {mrn:o2}. The purse held two social
security cards, {ssn} and {ssn:husband}; the second belongs to the late husband, {relative.full:h}.
{patient.He} gave the address as {street:old} but lives at {street:new}, {city:new} {zip:new}.

Money worries: three cards ({card:a}, {card:b}, {card:c}) were given to a caller; accounts
{account:a} and {account:b} are frozen; the bank will use {iban} from now on. The caller used
{phone:scam} and wrote from {email:relative/scam}; the computer, {mac}, was reached from {ip:scam}
through {url:scam}. Police file {claim}.

Safety: licence {driver} handed in, car {plate} sold with VIN {vin}. Door camera shows {photo}; the
bank keeps voice code {bio}. Online accounts: {username}, {email}. Contacts: {phone:home}, daughter
{phone:d}, {email:relative/d}, {street:d}, {city:d}. MMSE {num:14-29}/30, start {med}. Plan {plan}.
{provider.full:me}, fax {fax}, will write to the family doctor {provider.full:pcp}.

== visit-11 visit
SLEEP CENTER, SETUP VISIT                                                  {date.short:0}
{patient.full}  {dob.short}  MRN {mrn}  SSN {ssn}  {plan}
bed partner {relative.full:p}  MRN {mrn:p}  SSN {ssn:p}  {plan:p} (also a patient)
machine {serial:m}  modem {mac}  card slot {serial:c}  phone {imei}
cloud {url:c}  user {username}  last sync from {ip:a}, before that {ip:b}
night video: frames {photo:1}, {photo:2}, {photo:3} show the face, keep 30 days
mask fit by face scan {bio:1}, partner {bio:2}
rent to own: card {card}; if it fails, bank {iban}; account {account}; partner pays from {iban:p}, \
account {account:p}
ship masks: {street:home}, {city} {zip}    ship machine: {street:work}, {city:work} {zip:work}
truckers' form: licence {driver}, truck {plate}, VIN {vin}, depot {street:depot}, fax {fax:depot}
call {phone:home} / {phone:p} / {phone:work}   write {email} / {email:relative/p}
AHI {num:12-60} before, {num:1-6} on pressure {num:6-14}. Back {date.short:30}. \
{provider.full:me}, fax {fax:me}

== visit-12 visit prose
Asylum evaluation. I examined {patient.full}, passport {passport} of {country}, file {claim}, on
{date.dmy:0}, with the interpreter {provider.full:i}, licence {npi:i}. {patient.He} was a
{profession}. In this country {patient.he} has SSN {ssn:a}, wrongly printed {ssn:b} on the work
card, and record {mrn}. Scars are shown in {photo:a}, {photo:b} and {photo:c}; fingerprints {bio:a},
iris {bio:b}.

The family: {relative.full:w}, record {mrn:w}, SSN {ssn:w}; {relative.full:c}, record {mrn:c}, SSN
{ssn:c}. They stay at {street:now}, {city:now}, {state:now} {zip:now}, before that at
{street:before}, {city:before}, and get mail at {street:mail}. Phones {phone:a}, {phone:w},
{phone:lawyer}; mail {email}, {email:relative/w}, {email:provider/lawyer}.

Threats reached {patient.him} through {url:a} and {url:b}, posted from {ip:a} and {ip:b} by someone
called {username:relative/threat}. Money was sent from {iban:a} and {iban:b}; the lawyer holds
account {account} and takes card {card}. The clinic plan is {plan}. My opinion: consistent with
{dx}. Fax {fax:court} to the court and {fax:lawyer} to {provider.full:lawyer}. {provider.full:me}

== visit-13 visit
HEADACHE CLINIC TELEVISIT
joined 10:{num:10-59} {date.us:0} from {ip:p}; second try {ip:p2}; provider side {ip:d}
room {url:room}; backup {url:backup}; device {mac}; user {username}; guest user \
{username:relative/g}
identity: face still {photo}, licence {driver} held to camera, voice {bio}; SSN {ssn} said aloud, \
chart {mrn}
guest: {relative.full:g}, SSN {ssn:g}, chart {mrn:g}, whose insurance {plan:g} is used; own {plan}
at time of call in {city:now}, {state:now} at {street:now}; resides {street:home}, {city:home} \
{zip:home}
emergency: {phone:911}, local {phone:kin}; patient {phone}; text to {phone:text}
S {complaint}, worse since {date.us:-12}. Neck stiff? no. Vision? {pick:fine|sparkles|dim}. O \
{vitals} by home cuff {serial}
A {dx}. P {med}; imaging at {facility}, fax {fax:im}; letter to {provider.full:pcp}, fax {fax:pcp}
fee: card {card}, receipt {email}; employer fund {account} via {iban}; receipt too \
{email:relative/g}
next {date.us:42}; {provider.full:me}, licence {npi}

== visit-14 visit prose
Foster child intake. The caseworker {provider.full:cw} (badge {badge}, {phone:cw},
{email:provider/cw}, fax {fax:cw}) brought {patient.full}, age {age:3-16}, chart {mrn}, SSN {ssn},
Medicaid {plan}. Earlier charts exist: {mrn:a} under the name {relative.full:alias} and {mrn:b}
under {patient.last}. A cousin's number {ssn:cousin} had been used at school.

Birth parents: {relative.full:m}, SSN {ssn:m}, last at {street:m}, {city:m}; {relative.full:f}, SSN
{ssn:f}, in custody, number {visit}. Foster home: {relative.full:fp}, {street:fp}, {city:fp}
{zip:fp}, {phone:fp}, {email:relative/fp}, licence {driver}, van {plate}. Respite home:
{relative.full:rp}, {street:rp}, {city:rp} {zip:rp}, {phone:rp}, {email:relative/rp}, van
{plate:rp}.

Documents: portraits {photo:a} and {photo:b}; prints {bio:a} and {bio:b}; file at {url}, opened by
{username:provider/cw} from {ip:a} and by {username:provider/me} from {ip:b}. Clothing money goes on
card {card}; the stipend from {iban} to account {account}. Glasses {serial} were ordered. {vitals}.
Shots given. See again {date.us:60}. {provider.full:me}

== visit-15 visit
SPORTS MEDICINE: TEAM DAY {date.long:0}
{rows:4-5|#. {patient.full:#}; chart {mrn:#}; SSN {ssn:#}; plan {plan:#}; {phone:#}; knee \
{pick:stable|loose|swollen}}
Head shots for the cards: {photo:1}, {photo:2}, {photo:3}, {photo:4}
Gate system: thumb codes {bio:1}, {bio:2}, {bio:3}, {bio:4}
GPS vests {serial:1}, {serial:2}; base {mac}; data at {url:gps}; coach login \
{username:provider/coach}, {ip:coach}
Parents' mail: {email:relative/1}, {email:relative/2}, {email:relative/3}, {email:relative/4}
Lodging: {street:1}, {city:1}; {street:2}, {city:2}; {street:3}, {city:3}
Bus {plate}, VIN {vin}; driver's licence {driver}
Fees: player 1 card {card:1}; player 2 card {card:2}; player 3 account {account:3}; player 4 \
transfer {iban:4}
Player 2: {complaint}; {med}; no play before {date.long:14}. {provider.full:md}, NPI {npi}, fax \
{fax}

== visit-16 visit prose
Pain clinic, records for the board. The state board asks about {patient.full} (chart {mrn}, SSN
{ssn}) and two relatives treated here, {relative.full:a} (chart {mrn:a}, SSN {ssn:a}) and
{relative.full:b} (chart {mrn:b}, SSN {ssn:b}). All gave the same home, {street:home}, {city} {zip},
though {relative.first:a} was seen at {street:a} and {relative.first:b} at {street:b}.

Scripts {rx:1}, {rx:2} and {rx:3} were signed with DEA {dea}; one, {rx:4}, was forged with DEA
{dea:x}. The forged one came from {ip:a} under {username:provider/me}; I was logged in at {ip:b}.
The pharmacy camera has {photo:a} and {photo:b}; the pick-up was signed with licence {driver}, from
car {plate}. Pay: card {card:a}, card {card:b}, account {account}.

The three can be reached on {phone:p}, {phone:a}, {phone:b} and at {email}, {email:relative/a},
{email:relative/b}. Uploads are at {url:a} and {url:b}. Pill counter {serial}; safe opens by finger
{bio}. Payers {plan:a} and {plan:b}; they want money back through {iban}. Fax to the board {fax}, by
{date.us:10}. {provider.full:me}

== visit-17 visit
EXECUTIVE PHYSICAL, two guests
guest A  {patient.full:a} | {date.us:-19000} | SSN {ssn:a} | chart {mrn:a} | passport {passport:a} \
| {plan:a}
guest B  {relative.full:b} | {date.us:-18100} | SSN {ssn:b} | chart {mrn:b} | passport \
{passport:b} | {plan:b}
assistant {relative.full:c} | {phone:c} | {email:relative/c} | fax {fax}
lodging {street:hotel}, {city:hotel}; A home {street:a}, {city:a} {zip:a}; B home {street:b}, \
{city:b} {zip:b}
A {phone:a} {email:patient/a}; B {phone:b} {email:relative/b}
pay A card {card:a}, B card {card:b}; company account {account}; wire {iban}; tips no
valet A {plate:a}, B {plate:b}, VIN of B {vin}
lounge login A {username:patient/a} from {ip:a}; B {username:relative/b} from {ip:b}; films \
{url:a}, {url:b}
face entry A {photo:a} B {photo:b}; retina A {bio:a} B {bio:b}
watch A {serial:a}, watch B {serial:b}
A: {test} fine, {vitals}. B: {dx}, start {med}. Both return {date.us:365}. {provider.full:me} \
({npi})

== visit-18 visit prose
Gender clinic, change of documents. {patient.full:old} now signs as {patient.full:new}. Both names
lead to charts, {mrn:old} and {mrn:new}; the court paper is {claim}. SSN {ssn} stays.
{patient.first:new}'s partner {relative.full:p} has chart {mrn:p} and SSN {ssn:p}; the parents
{relative.full:m}, SSN {ssn:m}, and {relative.full:f} are not to be told.

Old mail: {email:patient/old}, {street:old} in {city:old}, {phone:old}. New mail:
{email:patient/new}, {street:new} in {city:new} {zip:new}, {phone:new}. Partner: {email:relative/p},
{street:p}, {phone:p}. Old licence {driver:old}, new {driver:new}; passport {passport}; car {plate}.
Old face picture {photo:old}, new {photo:new}; voice before {bio:old}, after {bio:new}.

The bank moved {account:old} to {account:new} and card {card:old} to card {card:new}; salary goes to
{iban}. Logins: {username:patient/old} retired, {username:patient/new} made on {date.us:-2} from
{ip:a}; portal {url:a}; support group {url:b}, joined from {ip:b}. Plan {plan}. Fax {fax} for the
pharmacy. {med} continued. {provider.full:me}

== letter-10 letter smoke
{facility}, {ward}
{street:here}, {city:here}, {state:here} {zip:here}   T {phone:here}   F {fax:here}   \
{email:provider/me}

{date.long:0}

To {provider.full:to}, {street:to}, {city:to}, {state:to} {zip:to}, fax {fax:to}

Concerning {patient.full}, {street:p}, {city:p}, {state:p} {zip:p}
our number {mrn:ours}, your number {mrn:yours}, SSN {ssn}, born {dob.long}

Thank you for asking my view on {complaint} and {dx}. I met your patient and the spouse, \
{relative.full:s} (who has our
number {mrn:s} and SSN {ssn:s}). {vitals}. I suggest {med} and {test}.

Practical matters: the spouse pays, card {card} or account {account}, refund to {iban}; member \
numbers {plan} and {plan:s}.
Results will be at {url:a} and {url:b} for {username} and {username:relative/s}; both signed in \
today from {ip:a} and {ip:b}. Reach
them on {phone:p}, {phone:s}, {email}, {email:relative/s}. Picture for the file {photo}, hand scan \
{bio}; they came in {plate}.

Yours, {provider.full:me} (NPI {npi})

== letter-11 letter prose
Referral, second opinion, from {provider.full:me} to {provider.full:to}. May I send you
{patient.full}? The file is long, so I list the numbers first: chart {mrn:a} (ours), {mrn:b} (the
county), {mrn:c} (veterans); SSN {ssn}; the twin {relative.full:t}, with whom {patient.he} is often
confused, has chart {mrn:t} and SSN {ssn:t}.

Films are under {url:a}, slides under {url:b}; open them with the guest login {username:provider/to}
from your own network, as {ip:a} and {ip:b} are the only addresses allowed. Faces were kept in
{photo:a} and {photo:b}. The neurostimulator is {serial}, its bridge {mac}.

{patient.last} lives with the twin at {street:home}, {city}, {state} {zip}, works at {street:work},
and in summer stays at {street:lake}, {city:lake}. Numbers: {phone:home}, {phone:work}, {phone:t}.
Addresses for mail: {email}, {email:relative/t}, {email:provider/me}. Insurance {plan}; the
foundation pays your fee from {iban}, or use account {account}; a deposit was made with card {card}.
Please fax {fax:me}; the lab takes {fax:lab}. I hope for a date before {date.dmy:25}. Thumb code for
the day ward: {bio}.

== letter-12 letter
Dear school physician,                                            {date.dmy:0}

re: three siblings in your care
{rows:3-3|  {patient.full:#}, student {badge:#}, our chart {mrn:#}, SSN {ssn:#}, plan {plan:#}}

All three were seen for {complaint}. They live in turn at {street:m}, {city:m} {zip:m} with \
{relative.full:m} ({phone:m}, {email:relative/m}),
and at {street:f}, {city:f} {zip:f} with {relative.full:f} ({phone:f}, {email:relative/f}). The \
grandparent {relative.full:g}
({phone:g}, {email:relative/g}), {street:g}, {city:g}, drives them in {plate}, licence {driver}.

The eldest wears a sensor ({serial}); readings are shared at {url:a} for {username:patient/1}, set \
up from {ip:a}. The youngest
uses {url:b} for {username:patient/3}, set up from {ip:b}. Faces for your allergy wall: {photo:1}, \
{photo:2}, {photo:3}. Lunch line finger codes
{bio:1}, {bio:2}, {bio:3} may stay.

Fees: card {card} of the first parent, account {account} of the second, or {iban}. My fax is {fax}.
{provider.full:me}, licence {npi}

== letter-13 letter prose
Letter to a judge. Re guardianship of {patient.full}, born {dob.long}, SSN {ssn}, docket {claim}. I
have treated the respondent, chart {mrn}, since {date.month:-500}. The petitioner {relative.full:a}
(SSN {ssn:a}) and the objector {relative.full:b} (SSN {ssn:b}) are also my patients, charts {mrn:a}
and {mrn:b}, which I disclose.

Homes: respondent {street:r}, {city:r} {zip:r}; petitioner {street:a}, {city:a} {zip:a}; objector
{street:b}, {city:b} {zip:b}. Telephones {phone:r}, {phone:a}, {phone:b}. Mail {email},
{email:relative/a}, {email:relative/b}. Assets I was told of: accounts {account:x} and {account:y},
bank {iban:x} and {iban:y}, cards {card:x} and {card:y}, car {plate} with VIN {vin}.

Evidence I enclose: a clip at {url:a} and a log at {url:b} showing that {username:relative/a}
entered the respondent's portal from {ip:a} and {ip:b} at night; stills {photo:a} and {photo:b};
voice analysis {bio}. The respondent can name the day, copy a cube and knows {patient.his} address.
Opinion: {dx}, mild. Health plan {plan}. Court fax {fax}. {provider.full:me}, licence {npi},
{date.long:0}.

== letter-14 letter
HOSPICE TO FAMILY, BEREAVEMENT MAILING {date.us:0}
name of the one who died     number    who gets the card     where
{rows:4-5|{patient.full:#}   {mrn:#}   {relative.full:#}   {street:#}, {city:#} {zip:#}}
calls at six weeks
{rows:4-5|{relative.first:#} {relative.last:#}   {phone:#}   {email:relative/#}   SSN of the \
deceased {ssn:#} for the pension}
gifts received: card {card:1}; card {card:2}; transfer {iban:1}; transfer {iban:2}; account \
{account:1}
memorial page {url:1} with picture {photo:1}; page {url:2} with picture {photo:2}; page {url:3} \
with picture {photo:3}
page edited by {username:relative/1} from {ip:1}, by {username:relative/2} from {ip:2}
ashes tagged {accession:1}; pacemaker {serial:1} returned; thumb print pendant {bio:1}, {bio:2}
chaplain {provider.full:ch}, {phone:ch}, fax {fax}; car for the service {plate}
plans to close: {plan:1}, {plan:2}; licences to return: {driver:1}

== letter-15 letter prose
Dear {provider.full:to}, a word about billing fraud that touches our shared patient {patient.full}
(mine {mrn:a}, yours {mrn:b}, SSN {ssn}). Someone billed visits in the names of {relative.full:x}
(mine {mrn:x}, SSN {ssn:x}) and {relative.full:y} (mine {mrn:y}, SSN {ssn:y}), who never came.

The claims carry your NPI {npi:to} and mine {npi:me}, plans {plan:p} and {plan:x}, and were paid to
{iban:a} and {iban:b}, account {account:a}, later account {account:b}. They were keyed by
{username:provider/ex} at {ip:a} and {ip:b} through {url:a}; screens are saved at {url:b}. The badge
picture {photo} and finger {bio} belong to a former clerk, {provider.full:ex}, car {plate}.

Our patient's home is {street:p}, {city:p} {zip:p}; the two others live at {street:x}, {city:x}, and
{street:y}, {city:y}. I spoke with them on {phone:p}, {phone:x} and {phone:y} and wrote to {email},
{email:relative/x} and {email:relative/y}. Card {card:p} and card {card:x} are blocked. Please fax
me at {fax:me} what you sent since {date.us:-90}, not to the old fax {fax:old}. {provider.full:me}

== letter-16 letter
TRAVEL LETTER, TO WHOM IT CONCERNS AT THE BORDER                     {date.dmy:0}
Traveller   {patient.full}, passport {passport:p}, born {dob.dmy}, US number {ssn:p}
Companion   {relative.full:c}, passport {passport:c}, US number {ssn:c}
Carries     pump {serial:a}, spare {serial:b}, cooler {serial:c}; {med:a}; {med:b}
Why         {dx}; hospital numbers {mrn:p} and, in {country}, {mrn:abroad}
Route       {city:a} to {country} on {date.dmy:8}, back {date.dmy:30}; rental {plate}, licence \
{driver}
Stays at    {street:a}, {city:b}; then {street:b}, {city:c}; home is {street:home}, {city:home}, \
{state:home} {zip:home}
Insurer     {plan:p}; companion {plan:c}; pays to {iban:p}; account {account}; cards {card:p}, \
{card:c}
Reach       {phone:p}, {phone:c}, {phone:clinic}; {email}, {email:relative/c}, \
{email:provider/me}; fax {fax}
Files       {url:a} (user {username}); {url:b} (user {username:relative/c}); last opened from \
{ip:a}, {ip:b}
Face        {photo:p}, {photo:c}; border print {bio:p}, {bio:c}
Signed      {provider.full:me}, licence {npi}, {facility}
""",
    copies=4,
)
"""In the order they were added."""
