"""Families of the office, long ones: billing, insurance, privacy, security, transport, studies."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

DESK: Final = read_sheet(
    """
== billing-10 office smoke
CARD BATCH {claim}, closed {date.iso:0} by {username:provider/cash} at {ip:till}
{rows:5-6|#  {card:#}  {patient.last_first:#}  acct {account:#}  chart {mrn:#}  ${num:12-480}.00}
returned items
{rows:2-3|#  {iban:#}  {relative.full:r#}  acct {account:r#}  SSN {ssn:r#}  call {phone:r#}}
letters to {street:1}, {city:1} {zip:1}; {street:2}, {city:2} {zip:2}; {street:3}, {city:3} {zip:3}
receipts to {email:patient/1}, {email:patient/2}, {email:patient/3}; fax {fax:1}; fax {fax:2}
till camera {photo:1}, {photo:2}; clerk finger {bio}; drawer {serial}; guard called about {plate}, \
licence {driver}
copies at {url}; manager {provider.full:mgr}

== billing-11 office prose
Estate of {patient.full}, SSN {ssn}, chart {mrn}, died {date.long:-30}. The executor
{relative.full:x}, SSN {ssn:x}, {street:x}, {city:x} {zip:x}, {phone:x}, {email:relative/x}, asks
what is owed. The widow {relative.full:w}, SSN {ssn:w}, chart {mrn:w}, still lives at {street:w},
{city:w} {zip:w}, {phone:w}, {email:relative/w}.

We hold accounts {account:a}, {account:b} and {account:c}; cards {card:a} and {card:b} were charged
after the date of death and are paid back to {iban:a}; the tax office gets its part at {iban:b}.
Plan {plan:a} paid twice, plan {plan:b} not at all. The leased scooter {serial} and the van {plate},
VIN {vin}, must be returned; licence {driver} and passport {passport} were mailed to
{street:lawyer}.

The lawyer's fax is {fax:a}, the probate court's {fax:b}. Someone signed in as {username} from
{ip:a} and {ip:b} last week and took the picture {photo} and two files from {url:a} and {url:b}; the
voice on the line was scored against {bio}. {provider.full:c} in collections, {phone:c},
{email:provider/c}, will wait until {date.long:45}.

== billing-12 office
PAYROLL DEDUCTION PLAN, EMPLOYEES TREATED HERE                     {date.us:0}
badge | name | SSN | chart | deduct to | home
{rows:5-6|{badge:#} | {patient.full:#} | {ssn:#} | {mrn:#} | {pick:{iban:#}|{account:#}} | \
{street:#}, {city:#} {zip:#}}
spouses also covered
{rows:3-4|{relative.full:#} | {ssn:s#} | {plan:#} | {phone:#} | {email:relative/#}}
time clock: finger codes {bio:1}, {bio:2}, {bio:3}; face files {photo:1}, {photo:2}, {photo:3}
deck passes {plate:1}, {plate:2}, {plate:3}; shuttle drivers' licences {driver:1}, {driver:2}
payroll site {url}; admins {username:provider/a} ({ip:a}), {username:provider/b} ({ip:b})
company cards in use {card:1}, {card:2}; questions {phone:hr}, fax {fax}, {email:provider/a}. \
{provider.full:a}

== billing-13 office prose
Charity care interview with {patient.full}, chart {mrn}, on {date.us:0}. Household, as stated: self,
SSN {ssn:a}; spouse {relative.full:s}, SSN {ssn:s}, chart {mrn:s}; mother {relative.full:m}, SSN
{ssn:m}, chart {mrn:m}; child {relative.full:c}, SSN {ssn:c}, chart {mrn:c}. They rent at
{street:a}, {city:a} {zip:a}, own a trailer at {street:b}, {city:b}, and use the box {street:c}.

Assets: checking {account:a}, saving {account:b}, a bank abroad {iban:a}, a truck {plate:a} and a
car {plate:b}, VIN {vin:b}. Debts: card {card:a}, card {card:b}, card {card:c}; a loan from
{iban:b}. Papers seen: licences {driver:a} and {driver:s}, passport {passport}, benefit cards
{plan:a} and {plan:m}. Pictures of papers and applicant: {photo:a}, {photo:b}. The scanner asked for
the thumb, {bio}.

The applicant signs in at {url:a} as {username} and the spouse at {url:b} as {username:relative/s},
today from {ip:a} and {ip:b}. Decision by mail, or {email}, {email:relative/s}; phones {phone:a},
{phone:s}, {phone:m}. Employer fax {fax:a}, landlord fax {fax:b}. {patient.He} earns as
{profession}. Interviewer {provider.full:i}.

== billing-14 office
CHARGEBACK EVIDENCE                                              case {claim}   due {date.us:10}
1. Cardholder {patient.full}, card {card:a}; disputed also on card {card:b} and on card {card:c}
2. Treated person {relative.full:t}, chart {mrn:t}, SSN {ssn:t}; cardholder's own chart {mrn}, SSN \
{ssn}
3. Order placed at {url:a} by {username}, address {ip:a}, machine {mac}; changed at {url:b}, \
address {ip:b}
4. Face check {photo:a}, {photo:b}; voice check {bio:a}; palm at pick-up {bio:b}; licence {driver}
5. Shipped to {street:a}, {city:a} {zip:a}; re-shipped to {street:b}, {city:b} {zip:b}; billing \
{street:c}, {city:c} {zip:c}
6. Goods: two sensors {serial:1}, {serial:2}; courier van {plate}, VIN {vin}
7. Calls {phone:a}, {phone:b}, {phone:c}; mail {email}, {email:relative/t}, {email:provider/bank}; \
fax {fax:a}, {fax:b}
8. Refunds so far to {iban:a}, {iban:b}, to account {account:a}, {account:b}
9. Insurer {plan} would not pay. Prepared by {provider.full:p}

== insurance-10 office smoke
GROUP ENROLLMENT SPREAD                                             effective {date.us:30}
subscriber      {patient.full} | {ssn:0} | {plan:0} | {mrn:0} | {street:0}, {city:0}, {state:0} \
{zip:0}
{rows:4-5|dependent #     {relative.full:#} | {ssn:#} | {plan:#} | {mrn:#} | {phone:#} | \
{email:relative/#}}
premium from {iban:0}, fallback card {card:0}, fallback account {account:0}
child support agency fax {fax:a}, HR fax {fax:b}
dependents away: {street:1}, {city:1} {zip:1}; {street:2}, {city:2} {zip:2}
e-sign: {username} at {ip:0}; {username:relative/1} at {ip:1}; papers at {url:0}, {url:1}
id cards print these pictures: {photo:0}, {photo:1}, {photo:2}; opt-in voice ids {bio:0}, {bio:1}
cars for the accident rider: {plate:0} (VIN {vin:0}), {plate:1}; licences {driver:0}, {driver:1}
call {phone:0} ({email}) before {date.us:20}. Broker {provider.full:br}, licence {npi}

== insurance-11 office prose
Accident file, three cars. Driver one is {patient.full}, SSN {ssn:1}, licence {driver:1}, plate
{plate:1}, VIN {vin:1}, policy {plan:1}, chart {mrn:1}. Driver two is {relative.full:2}, SSN
{ssn:2}, licence {driver:2}, plate {plate:2}, VIN {vin:2}, policy {plan:2}, chart {mrn:2}. Driver
three is {relative.full:3}, SSN {ssn:3}, licence {driver:3}, plate {plate:3}, VIN {vin:3}, policy
{plan:3}, chart {mrn:3}.

It happened in front of {street:x}, {city:x}, {state:x}, on {date.us:-9}. They live at {street:1},
{city:1}; {street:2}, {city:2}; {street:3}, {city:3}. Calls: {phone:1}, {phone:2}, {phone:3}. Mail:
{email}, {email:relative/2}, {email:relative/3}. The dash camera ({serial}, {mac}) holds {photo:1},
{photo:2} and {photo:3}, shared at {url:1} and {url:2} by {username} from {ip:1} and by
{username:relative/2} from {ip:2}.

Driver one has {dx}; driver two {complaint}; driver three walked away. Paid so far: ${num:300-900}
to {iban:1}, ${num:300-900} to {iban:2}, tow on card {card:1}, rental on card {card:2}, rest to
account {account:3}. A fingerprint on the wheel is {bio}. Police fax {fax:1}, body shop fax {fax:2},
claim {claim}. Adjuster {provider.full:adj}.

== insurance-12 office
DISABILITY RE-EXAM ORDER                                   issued {date.mon:0}, {facility}
claimant        {patient.full}         claim {claim}        SSN {ssn:a} (claim shows {ssn:b})
record          {mrn:a} here, {mrn:b} at the county, {mrn:c} at the plant clinic
policy          {plan:a}, secondary {plan:b}
lives           {street:a}, {city:a}, {state:a} {zip:a}; seen by our van at {street:b}, {city:b}
reach           {phone:a}, {phone:b}, {email}, {email:relative/w} (wife {relative.full:w}, SSN \
{ssn:w}, {phone:w})
surveillance    {photo:1}, {photo:2}, {photo:3}, {photo:4}; truck {plate:a}, boat trailer \
{plate:b}, VIN {vin}
online          posts at {url:1}, {url:2} as {username}, as {username:relative/w}, from {ip:1}, \
{ip:2}
entry           gate finger {bio:1}, gym palm {bio:2}; licence {driver}
paid            to {iban:a}, before to {iban:b}, before to account {account:a}; overpaid on card \
{card:a}, {card:b}
examiner        {provider.full:ex}, NPI {npi}, {street:ex}, {city:ex}; fax {fax:ex}; insurer fax \
{fax:in}
brings          brace {serial}; films of {date.mon:-100}; must lift {num:5-25} lb

== insurance-13 office prose
Coordination of benefits call, recorded. The caller, {patient.full}, gave member {plan:a}, SSN
{ssn:a} and chart {mrn:a}; the second policy {plan:b} belongs to the spouse {relative.full:b}, SSN
{ssn:b}, chart {mrn:b}; a third, {plan:c}, to the stepfather {relative.full:c}, SSN {ssn:c}, chart
{mrn:c}. All get mail at {street:a}, {city:a} {zip:a}, but the stepfather sleeps at {street:c},
{city:c}, and the spouse works at {street:b}, {city:b}.

Voice check passed twice: {bio:a}, {bio:b}. Call-back numbers {phone:a}, {phone:b}, {phone:c};
e-mail {email}, {email:relative/b}, {email:relative/c}. The portal shows {username} from {ip:a} and
{username:relative/b} from {ip:b}; forms sit at {url:a} and {url:b}; the member pictures are
{photo:a} and {photo:b}. Licence {driver} and plate {plate} were asked for the crash of
{date.us:-33}.

Refund of ${num:20-400}: {iban:a} for the caller, {iban:b} for the spouse, account {account:c} for
the stepfather. Premiums run on card {card:a} and card {card:b}; account {account:a} is closed.
Paper to fax {fax:a} or fax {fax:b}. {provider.full:rep} took the call on {date.us:0}.

== privacy-10 office
BREACH LOG LINE {num:3-40}: lost laptop {serial}, address {mac}, taken from car {plate:car} on \
{date.us:-5}
persons on the disk
{rows:5-6|#) {patient.full:#}, SSN {ssn:#}, chart {mrn:#}, plan {plan:#}, bank \
{pick:{iban:#}|{account:#}|{card:#}}}
told by mail
{rows:3-4|#) {street:#}, {city:#} {zip:#}, {email:patient/#}, {phone:#}}
also on the disk: pictures {photo:1}, {photo:2}, {photo:3}; prints {bio:1}, {bio:2}; licences \
{driver:1}, {driver:2}
seen since: {username:provider/lost} from {ip:1}, {ip:2}; files opened at {url:1}, {url:2}
credit watch paid with card {card:x}, invoice account {account:x}; wire to the firm {iban:x}
owner {provider.full:lost}, {phone:lost}, fax {fax}, {email:provider/lost}. Attorney general told \
{date.us:2}.

== privacy-11 office prose
Right of access, completed {date.iso:0}. Requester {patient.full}, chart {mrn:a}, also chart {mrn:b}
from the time before the merger, SSN {ssn}. The agent {relative.full:g} (SSN {ssn:g}) has a power of
attorney; the former agent {relative.full:o} (SSN {ssn:o}) has none since {date.iso:-20}.

Proof seen: licence {driver:a}, licence {driver:g}, selfie {photo:a}, selfie {photo:g}, thumb
{bio:a}, thumb {bio:g}. Sent: parcel to {street:a}, {city:a} {zip:a}; parcel to {street:g}, {city:g}
{zip:g}; none to {street:o}, {city:o}. Links {url:a} and {url:g}, opened by {username} from {ip:a}
and by {username:relative/g} from {ip:g}. Also by fax {fax:a} and fax {fax:b}.

Left out, with reasons: bank data {iban:a}, {iban:o}; cards {card:a}, {card:o}; accounts
{account:a}, {account:o}, as they are the former agent's. Fee paid by card {card:g}. Phones
{phone:a}, {phone:g}, {phone:o}; mail {email}, {email:relative/g}, {email:relative/o}. Plan {plan:a}
and plan {plan:g} asked for copies; car {plate} on the lot list was struck out. {provider.full:p},
privacy.

== privacy-12 office
ACCOUNTING OF DISCLOSURES                      for {patient.full}, chart {mrn}, SSN {ssn}
when / to whom / what / how
{rows:5-6|{date.us:-#1} / {relative.full:#} at {street:#}, {city:#} / {pick:picture \
{photo:#}|print {bio:#}|policy {plan:#}} / {pick:fax {fax:#}|mail {email:relative/#}|link {url:#}}}
opened by
{rows:4-5|{username:provider/#} from {ip:#} on chart {mrn:#}, SSN {ssn:#}, bill \
{pick:{account:#}|{card:#}|{iban:#}}}
objection received from {phone:p} and {email}; letter to {street:p}, {city:p}, {state:p} {zip:p}
reply by fax {fax:r}, picture {photo:r} withdrawn, print {bio:r} withdrawn, link {url:r} closed
refund to card {card:r}, account {account:r}, bank {iban:r}; licence {driver} checked, plate \
{plate} removed
{provider.full:po}, {phone:po}, {email:provider/po}

== security-10 office prose
Access review of the records room. The lock opened for fingers {bio:1}, {bio:2} and {bio:3}, and for
face {photo:1} and face {photo:2}, between 02:{num:10-30} and 02:{num:31-59} on {date.iso:0}.
Terminal {ip:1} was used by {username:provider/a}, terminal {ip:2} by {username:provider/b}, and an
outside address {ip:3} by {username:provider/c}.

They viewed {patient.full:1} (chart {mrn:1}, SSN {ssn:1}), {patient.full:2} (chart {mrn:2}, SSN
{ssn:2}) and {patient.full:3} (chart {mrn:3}, SSN {ssn:3}), and exported the cards {card:1} and
{card:2}, the accounts {account:1} and {account:2}, the banks {iban:1} and {iban:2} and the policy
{plan:1} to {url:1}, {url:2} and {url:3}. A fax of the list went to {fax:1} and {fax:2}.

Outside, the deck camera read plates {plate:1}, {plate:2} and {plate:3}; licence {driver:1} was
shown. The three patients were called at {phone:1}, {phone:2}, {phone:3}, written to at
{email:patient/1}, {email:patient/2}, {email:patient/3}, and at {street:1}, {city:1}; {street:2},
{city:2}; {street:3}, {city:3}. Laptop {serial}, address {mac}, is with the police.
{provider.full:s}, security.

== security-11 office
VISITOR KIOSK, DAY FILE {date.us:0}
in     visitor              licence       car         face            finger          sees chart
{rows:5-6|0#:{num:10-59}  {relative.full:#}   {driver:#}   {plate:#}   {photo:#}   {bio:#}   \
{mrn:#}}
follow-up needed
{rows:3-4|#  {relative.last:#}: {phone:#}, {email:relative/#}, {street:#}, {city:#} {zip:#}, SSN \
{ssn:#}}
lost: card {card:1} (desk), card {card:2} (cafe), member card {plan}, slip for account \
{account:1}, slip {iban:1}
found: key fob {serial}, phone {imei}
kiosk {mac}, {ip:k}; backup {ip:b}; admin {username:provider/k} via {url:k}, {username:provider/l} \
via {url:l}
report to {provider.full:k}, {phone:k}, fax {fax}; refund account {account:2}, wire {iban:2}

== transport-10 office
RIDE SHEET, {date.weekday:1}
van A {plate:a} VIN {vin:a} driver {relative.full:da} licence {driver:a} cell {phone:da} face \
{photo:a}
van B {plate:b} VIN {vin:b} driver {relative.full:db} licence {driver:b} cell {phone:db} face \
{photo:b}
{rows:5-6|# {patient.full:#} chart {mrn:#} from {street:#}, {city:#} at 0{num:6-9}:{num:10-59}, \
call {phone:#}, bill {pick:plan {plan:#}|card {card:#}|account {account:#}}}
return trips only with SSN on the state form: {ssn:1}, {ssn:2}, {ssn:3}, {ssn:4}
lifts {serial:a}, {serial:b}; radios {mac}, {imei}; start code by thumb {bio:a}, {bio:b}
bookings at {url:a} ({username:relative/da}, {ip:a}) and {url:b} ({username:relative/db}, {ip:b})
receipts {email:patient/1}, {email:patient/2}, {email:patient/3}; fax {fax}; fuel card {card:f}; \
pay to {iban:f}, account {account:f}
dispatcher {provider.full:d}

== transport-11 office prose
Volunteer driver crash report, clinic run. {relative.full:d}, licence {driver:d}, at the wheel of
{plate:d}, VIN {vin:d}, was hit by {plate:o}, VIN {vin:o}, driven by {relative.full:o}, licence
{driver:o}, on {date.us:-1}. Riders: {patient.full:1}, chart {mrn:1}, SSN {ssn:1}, and
{patient.full:2}, chart {mrn:2}, SSN {ssn:2}; both have {complaint}.

Homes {street:1}, {city:1} {zip:1}; {street:2}, {city:2} {zip:2}; {street:d}, {city:d}; {street:o},
{city:o}. Phones {phone:1}, {phone:2}, {phone:d}, {phone:o}. Mail {email:patient/1},
{email:patient/2}, {email:relative/d}, {email:relative/o}. Policies {plan:1}, {plan:2}, {plan:o}.
Pictures with faces: {photo:1}, {photo:2}, {photo:3}, at {url:1} and {url:2}, put there by
{username:relative/d} from {ip:1} and {username:relative/o} from {ip:2}.

The other side paid with card {card:o}, then card {card:p}, then from {iban:o}; our fund pays to
{iban:1} and to account {account:1}; tow on account {account:2}. The walker {serial} is bent. Hand
print on the door {bio}. Fax {fax:a} to the insurer, fax {fax:b} to the state; SSN of the driver
{ssn:d}. {provider.full:v}, volunteers' office.

== study-10 office
TRIAL BINDER, SCREENING TAB                                  {date.mon:0}   site fax {fax:site}
{rows:4-5|
subject {study:#} = {patient.full:#}, chart {mrn:#}, SSN for tax {ssn:#}, {phone:#}, \
{email:patient/#}
   paid {pick:to {iban:#}|on card {card:#}|to account {account:#}}; lives {street:#}, {city:#} \
{zip:#}; consent {date.mon:-#}}
devices out: watch {serial:1}, {serial:2}; phone {imei}; hub {mac}; rides in {plate:1}, {plate:2}
face video {photo:1}, {photo:2}, {photo:3}; gait and voice {bio:1}, {bio:2}, {bio:3}
diary {url:1} ({username:patient/1}, {ip:1}); {url:2} ({username:patient/2}, {ip:2}); {url:3} \
({username:patient/3}, {ip:3})
bank list: {iban:x}, {iban:y}; cards {card:x}, {card:y}; accounts {account:x}, {account:y}
monitor {provider.full:m}, {phone:m}, fax {fax:m}, licence {npi}; insurer of subject 1 {plan:1}, \
of subject 2 {plan:2}

== consent-10 office prose
Release for a news story. I, {patient.full}, SSN {ssn}, chart {mrn}, let the station use my picture
{photo:a} and the picture {photo:c} of my child {relative.full:c}, SSN {ssn:c}, chart {mrn:c}, but
not {photo:x}, where {relative.full:n}, SSN {ssn:n}, chart {mrn:n}, can be seen. My voice ({bio:a})
may be used, my child's ({bio:c}) not.

The crew came in {plate:a} and {plate:b} and showed licences {driver:a} and {driver:b}. They posted
at {url:a}, {url:b} and {url:c} as {username:relative/crew}, from {ip:a} and {ip:b}. I was paid on
card {card:a}; my child's part goes to {iban:c}, account {account:c}; the neighbor's to {iban:n},
account {account:n}, card {card:n}.

You may write to {street:a}, {city:a} {zip:a}; the neighbor lives at {street:n}, {city:n} {zip:n};
the station is at {street:s}, {city:s} {zip:s}. Telephones {phone:a}, {phone:n}, {phone:s}; mail
{email}, {email:relative/n}, {email:relative/crew}; fax {fax:s}, fax {fax:h}. My insurer {plan} was
not named. I can stop this until {date.long:14}. Witness {provider.full:w}, {date.long:0}.
""",
    copies=4,
)
"""In the order they were added."""
