"""Families of nursing, long ones: shift notes, home visits, handoffs, incident reports."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

NURSING: Final = read_sheet(
    """
== nursing-10 nursing smoke
SHIFT BOARD 7E                                    nurse in charge {provider.full:charge} \
{phone:charge}
{rows:5-6|bed # {patient.last_first:#} | {mrn:#} | day {num:1-9} | {dx:#} | kin {relative.first:#} \
{phone:k#}}

Tasks
{rows:3-4|# {patient.last:#}: pump {serial:#}; label {accession:#}; consent filed {date.slash:-#}}
Door scan for staff only, palm codes {bio:a} and {bio:b}.
Visitors today: {relative.full:v1}, licence {driver:v1}, car {plate:v1};
                {relative.full:v2}, licence {driver:v2}, car {plate:v2}
Left to do: call {street:near} pharmacy, fax {fax}; find SSN for beds 2 and 3 (bed 1 is {ssn})
Written from {ip} by {username:provider/charge}.

== nursing-11 nursing prose
Home health, week {num:2-9}. Arrived at {street:home}, {city}, {state} {zip} at 09:{num:10-59} on
{date.us:0}. {patient.full}, {age} years, MRN {mrn}, SSN on the agency form {ssn}, sat by the
window. {vitals}. Foot ulcer {num:1-4} x {num:1-3} cm, clean. The camera shot {photo} shows face and
foot; it was sent to {url}. {patient.He} took {med:a}; {med:b} was missing, so I called {phone:rx}
about {rx}.

Equipment in the house: oxygen box {serial:o2}, bed {serial:bed}, hub {mac} on the family network
({ip}). The tablet's number is {imei}. {relative.full:d}, the neighbor at {street:n}, has a spare
key, phone {phone:n}, e-mail {email:relative/d}. The landlord, {relative.full:l}, {phone:l},
{email:relative/l}, wants the ramp gone by {date.us:30}.

Visit code {visit}, claim {claim}, payer {plan}. My licence is {npi}; supervisor
{provider.full:sup}, {phone:sup}, fax {fax}. Mileage on vehicle {plate}. Next visit {date.us:3}.
{patient.last} also asks that mail go to {email} and not to the old box at {street:old}.
{provider.full:me}, RN

== nursing-12 nursing
LONG TERM CARE: QUARTERLY CARE CONFERENCE          {date.dmy:0}
Resident {patient.full}, room 1{num:10-60}, aged {age:90-103}, admission no. {visit}
Numbers: facility chart {mrn:f}; hospital chart {mrn:h}; Medicare {plan:m}; SSN {ssn}
Present:
{rows:3-4|  {relative.full:#}   {pick:child|niece|in-law}   {phone:#}   {email:relative/#}   \
{street:#}, {city:#} {zip:#}}
By phone: {provider.full:md} (NPI {npi}); fax of minutes {fax}
Points
 a. Wander guard {serial:wg} and hearing aids {serial:ha}, both working.
 b. Trust fund account {account}; quarterly statement by mail to {email:relative/1}.
 c. Pharmacy bills to card {card} until {date.dmy:60}, then transfer from {iban}.
 d. Dentures lost {date.dmy:-9}: report {claim}.
 e. Photo on the door ({photo}) to be renewed; face shown, family agrees.
 f. Video calls through {url}, user {username}, from {ip}.
 g. Funeral plan {account:funeral}, director {phone:funeral}, {street:funeral}.

== nursing-13 nursing prose
Fall with injury, electronic report {claim}, entered by {username:provider/rn} from address {ip} on
{date.iso:0}. Person affected: {patient.full}, medical record {mrn}, SSN {ssn}, in our care since
{date.iso:-6} with {dx}. Found at 03:{num:10-59} beside the bed; alarm pad {serial:pad} had a dead
battery and pump {serial:pump} was unplugged. {vitals}. Film {accession} showed no break. Skin tear
dressed, picture {photo} stored.

Told at once: {provider.full:md}, {phone:md}; {relative.full:w}, {phone:w}; {relative.full:s},
{phone:s}. Told in writing: {email:relative/w}, {email:relative/s}, {street:w} in {city:w} {zip:w},
and {street:s} in {city:s} {zip:s}. The roommate {relative.full:rm} (record {mrn:rm}, SSN {ssn:rm})
saw it and gave a statement; {street:rm}, {phone:rm}.

Insurer file: plan {plan}, roommate's plan {plan:rm}. Lawyer for the family: fax {fax}, letter
{date.iso:8}, file at {url}. Staff on duty: {provider.full:rn} badge {badge:a}, {provider.full:cna}
badge {badge:b}.

== nursing-14 nursing
CHEMO DAY UNIT, chair log {date.us:0}
chair  name                 record      arm band      pump        weight
{rows:4-6|  #    {patient.last_initial:#}    {mrn:#}    {accession:#}    {serial:#}    \
{num:48-110} kg}
Two-person check, by login: {username:provider/a}, {username:provider/b}
Reaction in chair 2: {med}, {vitals}, {provider.full:md} came. Full name {patient.full:2}, DOB \
{dob.us},
SSN {ssn:2}, plan {plan:2}, lives {street:2}, {city:2}; kin {relative.full:2} {phone:k2} \
{email:relative/2}
Chair 1 asked for the social worker: {phone:1}, {email:patient/1}, {street:1}, {city:1}, SSN \
{ssn:1}, plan {plan:1}
Chair 3 will pay today: card {card:3}, account {account:3}, licence {driver:3}, receipt to \
{email:patient/3}
Chair 4 has trial drug, subject {study:4}; sponsor fax {fax}, site {url}
Parking stamps: {plate:1}, {plate:2}, {plate:3}, {plate:4}

== nursing-15 nursing prose
School nurse log, private. {patient.full}, {age:6-17}, student number {badge}, came at
10:{num:10-59} on {date.long:0} with {complaint}. Rescue inhaler {med} under script {rx}; spacer tag
{serial}. Mother {relative.full:m} reached at {phone:m}; father {relative.full:f} at {phone:f}; the
bus garage at {phone:bus} for bus {plate}.

Clinic card on file: insurer number {plan}, record at the children's hospital {mrn}, SSN {ssn} (from
the free lunch form, with the parents' numbers {ssn:m} and {ssn:f}). Mother's home {street:m},
{city:m} {zip:m}; father's home {street:f}, {city:f} {zip:f}. Letters by e-mail to
{email:relative/m} and {email:relative/f}; copy to {provider.full:md}, fax {fax}.

Yearbook portrait {photo:a} was used for the allergy poster, later {photo:b}. Lunch line thumb
reader holds {bio}. The tablet with the diary has address {mac} and syncs to {url}; sign-in
{username}. Sibling {relative.full:s} in the lower grade has chart {mrn:s}.

== nursing-16 nursing
VACCINE CLINIC TALLY   site {street:site}, {city:site} {zip:site}   {date.us:0}
seq  given to            born          card no.      phone          e-mail
{rows:5-6|0#  {patient.full:#}   {date.us:-1#431}   {plan:#}   {phone:#}   {email:patient/#}}
Fridge logger {serial:fridge}; tablet {imei}; hotspot {mac}; upload to {url} as \
{username:provider/lead}
Reactions: row 2, {complaint}, watched {num:15-45} min, {vitals}; chart opened {mrn:2}
Refused entry at the door: {relative.full:x}, licence {driver}, car {plate}; guard \
{provider.first:g}
Missing SSN found later: row 1 {ssn:1}, row 3 {ssn:3}, row 4 {ssn:4}
Donations: card {card}, receipt to {street:donor}, {city:donor}
Lead nurse {provider.full:lead}, licence {npi}, fax {fax}

== nursing-17 nursing prose
Psychiatric unit, one-to-one notes. {patient.full}, record {mrn}, legal hold paper {claim}, on watch
since {date.us:-1}. At 0{num:1-6}:{num:10-59} {patient.he} gave staff a list of accounts and asked
that someone guard it: bank {iban}, card {card}, second card {card:b}, trading login {username},
mail {email}. The list was sealed as {accession}.

{patient.He} named {relative.full:ex} as a danger. A court order forbids contact with
{relative.full:ex}, {street:ex}, {city:ex}, car {plate:ex}, phone {phone:ex}, e-mail
{email:relative/ex}. Picture {photo} is at the desk. The patient's own flat is {street:own}; the
safe address is {street:safe}, {city:safe} {zip:safe}, line {phone:safe}.

Calls allowed: {relative.full:mum} {phone:mum} {email:relative/mum}. Payee form: SSN {ssn},
{relative.first:mum}'s SSN {ssn:mum}, plan {plan}, benefit case {claim:ben}. Belongings: IMEI
{imei}, passport {passport}, pump {serial}. Wrist tracker address {mac}. {provider.full:rn}, licence
{npi}; {provider.full:md} informed {date.us:0}, fax {fax}.
""",
    copies=4,
)
"""In the order they were added."""
