"""Families in German."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

GERMAN_NOTES: Final = read_sheet(
    """
== de-discharge-01 discharge
{facility}                                        {city:k}, den {date.long:1}
Entlassbrief
Patient{g:|in}: {patient.last_first}, geb. {dob.dots}, {zip} {city}, {street}
Aufnahmenummer {mrn}, Versichertennummer {plan}, Rentenversicherungsnummer {ssn}

Wir berichten über {g:den Patienten|die Patientin} {patient.full}, {g:der|die} sich vom \
{date.dots:-7} bis zum {date.dots:0} in unserer \
stationären Behandlung befand.
Diagnose: {dx}. Beschwerden bei Aufnahme: {complaint}. Entlassmedikation: {med}.
Weiterbehandlung durch {g.provider.h:Herrn|Frau} Dr. {provider.last:h}, Tel. {phone}, Fax {fax}. \
Kontrolle am {date.dots:14}.
Mit freundlichen Grüßen, {provider.full:o}, Oberarzt; {provider.full:a}, Assistenzarzt

== de-radiology-01 radiology prose
Röntgenbefund vom {date.dots:0}. Name {patient.last_first}, geboren am {dob.long}, Fallnummer {mrn},
Kasse {plan}. Fragestellung: {complaint}. Zum Vergleich lag die Aufnahme vom {date.dots:-300} vor.
Kein Nachweis frischer Infiltrate. Befund telefonisch an {g.provider.z:Herrn|Frau} Dr.
{provider.last:z} unter {phone} und per Mail an {email:provider/z} durchgegeben. Bilder unter {url};
{g:der Patient|die Patientin} erhält eine CD an {street}, {zip} {city}. Gezeichnet
{provider.full:r}, {facility}.

== de-nursing-01 nursing
Pflegebericht Nachtdienst {date.dots:0}
21:{num:10-59} Übergabe von {g.provider.s:Pfleger|Schwester} {provider.first:s}. {g:Herr|Frau} \
{patient.last} ({mrn}), \
{age} J., wach, klagt über {complaint}.
22:{num:10-59} {med} nach Anordnung Dr. {provider.last:d}.
23:{num:10-59} Anruf {g.relative.k:des Sohnes|der Tochter} {relative.full:k}, Rückruf unter \
{phone:k} erbeten.
02:{num:10-59} {g:Herr|Frau} {patient.last} läuft über den Flur, sucht {relative.first:e}. Beruhigt.
06:{num:10-59} Übergabe an {provider.full:f}. Nachzutragen: {plan}, {ssn}, Anschrift {street}, \
{zip} {city}.

== de-letter-01 letter smoke prose
Sehr geehrte{g.provider.an:r Herr| Frau} Kolleg{g.provider.an:e|in} {provider.last:an},

ich überweise Ihnen {patient.full}, {age} Jahre, von Beruf {profession}, wohnhaft {street} in {zip}
{city}, wegen {complaint} seit {date.month:-50}. Bisher {med}. Unsere Nummer {mrn}, Kasse {plan}.
Telefonisch zu erreichen unter {phone}, abends über {g.relative.p:den Mann|die Frau},
{relative.full:p}, {phone:p}, oder {email}. Die Familie stammt aus {country}.

Mit kollegialen Grüßen, {provider.full:von}, {facility}, {date.dots:0}, Fax {fax}

== de-message-01 message prose
Guten Tag, hier ist {patient.full}, geboren {dob.dots}. Leider muss ich den Termin am {date.dots:4}
bei {g.provider.d:Herrn|Frau} Dr. {provider.last:d} absagen, {g.relative.m:mein Bruder|meine
Schwester} {relative.first:m} liegt im Krankenhaus. Geht es am {date.dots:11}? Meine Karte: {plan},
Ihre Nummer für mich: {mrn}. Wir sind umgezogen, jetzt {street}, {zip} {city}, vorher {street:alt}.
Neue Mail {email}, Telefon {phone}; {relative.full:n} hat auch {phone:n}. Danke, {patient.first}

== de-table-01 table
Zimmer;Name;Fallnummer;Kasse;Aufnahme;Telefon
{rows:4-5|{num:1-4}0#;{patient.last_first:#};{mrn:#};{plan:#};{date.dots:-#};{phone:#}}
Stand {date.dots:0}, {provider.full}; {facility}

== de-record-01 key-value
Nachname: {patient.last}
Vorname: {patient.first}
Geburtsdatum: {dob.dots}
Patientennummer: {mrn}
Versichertennummer: {plan}
Rentenversicherung: {ssn}
Ausweis: {licence}
Straße: {street}
PLZ Ort: {zip} {city}
Mobil: {phone}
E-Mail: {email}
Bankverbindung: {iban}
Angehörige: {relative.full}, {phone:a}
Hausarzt: {provider.full}

== de-office-01 office prose
Mahnung an {patient.full}, {street}, {zip} {city}, Rechnung zur Fallnummer {mrn} vom
{date.dots:-60}. Der Betrag von {num:20-900} Euro konnte weder vom Konto {iban} noch von der Karte
{card} eingezogen werden. Bitte bis {date.dots:14} auf {iban:b} überweisen. Versichertennummer
{plan}, Steuer-Nr. {licence}. Rückfragen an {g.provider.b:Herrn|Frau} {provider.last:b}, {phone},
{email:provider/b}, Fax {fax}. Ihre Angaben gingen über {url} von {ip} ein; Vertretung:
{relative.full}.

== de-negative-01 hard-negative prose
Hausstandard: Bei Luftnot Oberkörper hoch, Sauerstoff {num:2-6} Liter, {med}. Kontrolle alle
{num:15-60} Minuten, RR 1{num:10-50}/{num:60-90}, Puls {num:60-99}. Bei {complaint} den Dienst
rufen. Babinski negativ, Lasègue bei {num:40-80} Grad, Murphy negativ, Child A, GOLD {num:1-4}. ICD
I10, OPS {num:1-9}-{num:100-899}; Zimmer {num:100-480}, Bett {num:1-4}.
""",
    language="de",
    copies=3,
)
"""In the order they were added."""
