"""Families of messages, long ones: portal threads, e-mail, chat, voicemail, help desk."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

THREADS: Final = read_sheet(
    """
== portal-10 message smoke
THREAD 1 of 1, oldest first
[{date.us:-3}] {patient.full} <{email}>
 My new cards came, please update: insurer {plan:new} (was {plan:old}), autopay {card:new} (was \
{card:old}).
 We also moved from {street:old}, {city:old} to {street:new}, {city:new} {zip:new}. Phone now \
{phone:new}, not {phone:old}.
[{date.us:-2}] {provider.full:clerk} <{email:provider/clerk}>
 Done for chart {mrn}. Does {relative.full:k} (chart {mrn:k}) move too? And is your SSN {ssn} or \
{ssn:alt}? Both are on file.
[{date.us:-2}] {patient.full}
 {ssn} is mine, {ssn:alt} is {relative.first:k}'s. Yes, same house. {relative.first:k} uses \
{email:relative/k} and {phone:k}.
 I log in as {username}; {relative.first:k} as {username:relative/k}. It blocked us both, address \
{ip:a} at home, {ip:b} at work.
[{date.us:-1}] {provider.full:clerk}
 Use {url:reset}. For face sign-in please retake {photo}; the thumb {bio} still works. Old links \
{url:old} are dead.
 Refund of the double payment goes to {iban} or account {account}, as you like. Fax a form to \
{fax} if you prefer.
[{date.us:0}] {patient.full}
 Account {account} please. Also parking: new plate {plate:new}, old {plate:old}. Licence is \
{driver}. Thanks! {patient.nick}

== portal-11 message
Subject: RE: RE: FW: wheelchair van
{patient.first} - I asked three firms for you. What they need is below. {provider.first:sw}, \
social work, {phone:sw}
  firm 1: van {plate:1}, VIN {vin:1}, driver's licence {driver:1}; pay by card {card:1}; fax \
{fax:1}; {email:provider/f1}
  firm 2: van {plate:2}, VIN {vin:2}, driver's licence {driver:2}; pay by card {card:2}; fax \
{fax:2}; {email:provider/f2}
  firm 3: van {plate:3}, VIN {vin:3}, driver's licence {driver:3}; wire {iban:3}; fax {fax:3}; \
{email:provider/f3}
They all ask for your chart {mrn}, plan {plan}, chair serial {serial}, pick-up {street:home}, \
{city}, drop {street:drop}.

> On {date.long:-2} {patient.full} wrote:
> My spouse {relative.full:s} ({phone:s}, {email:relative/s}, SSN {ssn:s}, chart {mrn:s}) will \
fill it in. We booked through {url:a},
> but it says {username} is locked since someone at {ip:a} tried. My own SSN is {ssn}. Call \
{phone}. I can also be
> at {street:alt}. Can the dialysis bill come out of account {account:a} and the rides out of \
account {account:b}?

>> On {date.long:-4} the ride desk wrote: we have your picture as {photo:a} and {photo:b}; palm \
reader says {bio}. See {url:b}.

== portal-12 message prose
hey its {patient.first}, sorry for the long text. insurance says i owe for 3 visits: {date.us:-70},
{date.us:-41} and {date.us:-12}. my chart is {mrn}, theirs says {mrn:x}?? SSN is {ssn}, they read
back {ssn:x}, which is not even in the family. my id card is {plan}, my kid {relative.full:k} has
{plan:k}, SSN {ssn:k}, chart {mrn:k}

they already took it from {card:a} AND from {card:b}, and tried {iban:a}. pls put it back on account
{account:a}, not {account:b}, that one is my ex {relative.full:ex}, {phone:ex}, {email:relative/ex},
at {street:ex}, {city:ex}. we are at {street:me}, {city:me} {zip:me} now, before {street:old}

i sent screens {photo:a} {photo:b} (yes thats my face lol) at {url:a}, from my phone {imei} and from
work, ip {ip:a}. the other login {username:relative/ex} came from {ip:b}, thats not me, im
{username}. fax {fax:a} didnt go thru so i used {fax:b}. call {phone:me} or {phone:work}, or
{email}. car got towed too, {plate}, the lot wants my licence {driver} and the thumb thing {bio}.
thx

== portal-13 message
HELP DESK TICKET {claim}                                          opened {date.iso:0} by \
{username:provider/tech}
Caller     {patient.full}, chart {mrn}, checked by SSN {ssn} and street {street:a}
Second     {relative.full:s}, chart {mrn:s}, checked by SSN {ssn:s} and street {street:s}
Third      {relative.full:t}, chart {mrn:t}, checked by SSN {ssn:t} and street {street:t}
Problem    all three see each other's bills at {url:a}, {url:b} and {url:c}
Log
{rows:4-5|  1#:{num:10-59}  {username:patient/#}  {ip:#}  session on card {card:#}  account \
{account:#}}
Phones     {phone:a}, {phone:s}, {phone:t};  mail {email}, {email:relative/s}, {email:relative/t}
Face match files {photo:a}, {photo:s}, {photo:t}; voice {bio:a}, {bio:s}, {bio:t}
Money      refunds to {iban:a}, {iban:s}; plans {plan:a}, {plan:s} told on {date.iso:2}
Paper      fax {fax}; licence copies {driver:a}, {driver:s}; cars on the deck pass {plate:a}, \
{plate:s}
Fix        cache key; tested with {mac} and handset {imei}. {provider.full:tech}

== portal-14 message prose
VOICEMAIL, six in a row, typed by the answering service on {date.us:0}. One: "{patient.full}, date
of birth {dob.us}, chart {mrn:1}, please ring {phone:1} about {complaint:1}." Two:
"{relative.full:2}, SSN {ssn:2}, chart {mrn:2}; I am at {street:2} in {city:2}, {phone:2}." Three:
"{relative.full:3}, SSN {ssn:3}, chart {mrn:3}, {phone:3}; my card is {card:3}, charge it."

Four: "{relative.full:4} here, SSN {ssn:4}, chart {mrn:4}; new bank {iban:4}; I moved to {street:4},
{city:4}; {phone:4}." Five: "This is the garage, the gray van {plate:5}, VIN {vin:5}, for
{relative.full:5}, is done; licence {driver:5} was left here; call {phone:5}; we are at {street:5}."
Six: "{relative.full:6}, account {account:6}, my mail is {email:relative/6}; fax {fax:6}."

Also two by computer voice: code for {username} sent to {email} from {ip:1}; code for
{username:relative/2} sent to {email:relative/2} from {ip:2}; help at {url:1} or {url:2}. The
service keeps voice prints {bio:1}, {bio:2} and {bio:3}, and a picture {photo:1} from the door of
the office. Plan {plan:1}. {provider.full:op}, operator.

== portal-15 message
From: {provider.full:pa} <{email:provider/pa}>
To: {email:provider/gp}, {email:relative/m}, {email}
Cc: billing {email:provider/b}
Date: {date.weekday:0}
Subject: {patient.last} family, everything in one place

Charts {mrn:1} ({patient.first}), {mrn:2} ({relative.first:m}), {mrn:3} ({relative.first:k}), SSNs \
{ssn:1}, {ssn:2}, {ssn:3} in that order.
Plans {plan:1}, {plan:2}. Money: card {card:1}, card {card:2}, bank {iban:1}, bank {iban:2}, our \
account {account:1}, yours {account:2}.
Homes: {street:1}, {city:1} {zip:1} until {date.us:30}, then {street:2}, {city:2} {zip:2}. \
{relative.full:k} studies at {street:3}, {city:3}.
Phones {phone:1}, {phone:2}, {phone:3}; our fax {fax:1}, the school's fax {fax:2}.
Cars for the garage list {plate:1}, {plate:2}; VIN of the leased one {vin}; licences {driver:1}, \
{driver:2}.
Portal {url:1} ({username}), {url:2} ({username:relative/m}); you logged in from {ip:1}, {ip:2}.
Wall pictures {photo:1}, {photo:2}, {photo:3}; hand reader {bio:1}, {bio:2}, {bio:3}. Insulin pump \
{serial}.
Good to see {patient.him} walk again after {operation}. {provider.first:pa}

== portal-16 message prose
Chat with the night bot, handed to a person. BOT: tell me your chart number. CALLER: {mrn},
{patient.full}, my wife's is {mrn:w}, {relative.full:w}. BOT: tell me your social. CALLER: {ssn},
hers {ssn:w}, the boy's {ssn:b}. BOT: where do you live? CALLER: {street:a}, {city:a}; she is at her
mother's, {street:b}, {city:b}; the boy at {street:c}, {city:c}.

AGENT {provider.first:ag}: I see two logins, {username} from {ip:a} and {username:relative/w} from
{ip:b}. Which mail is right, {email}, {email:relative/w} or {email:relative/b}? CALLER: all. AGENT:
which phone, {phone:a}, {phone:b} or {phone:c}? CALLER: the first. I pay with {card:a}, she with
{card:b}, rest from {iban}. AGENT: account {account:a} shows a gap, account {account:b} does not.

CALLER: the sensor {serial} fell off; what is on {url:a} is wrong, {url:b} is right. AGENT: send a
picture. CALLER: {photo:a}, {photo:b}. AGENT: your voice matches {bio}. Plan {plan}? CALLER: yes,
and plate {plate}, licence {driver}, if you send the ride. AGENT: fax {fax} is for doctors only.
Ride at 07:{num:10-59} on {date.dmy:1}. {provider.full:ag} closes the chat.

== portal-17 message
PEN PAL PROGRAM, WARD {num:2-9} ... pairs for {date.month:0}
{rows:4-5|
 # {patient.full:#}, {street:#}, {city:#} {zip:#}, {email:patient/#}, {phone:#}
   number {mrn:#}, SSN for the waiver {ssn:#}, picture {photo:#}, fingerprint check {bio:#}
   stamps paid: {pick:card {card:#}|account {account:#}|transfer {iban:#}}; last letter \
{date.us:-#}}
volunteers: {relative.full:v1} {phone:v1} {email:relative/v1} car {plate:v1} licence {driver:v1}
            {relative.full:v2} {phone:v2} {email:relative/v2} car {plate:v2} licence {driver:v2}
scans: {url:1}, {url:2}; scanner at {ip:1}, {ip:2}; logins {username:relative/v1}, \
{username:relative/v2}
stamp fund account {account:f}; fund transfer {iban:f}; lead {provider.full:lead}, fax {fax}, plan \
desk {plan:1}
""",
    copies=4,
)
"""In the order they were added."""
