"""Families in Italian."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

ITALIAN_NOTES: Final = read_sheet(
    """
== it-discharge-01 discharge
LETTERA DI DIMISSIONE - {facility}
Si dimette in data {date.slashes:0} {g:il sig.|la sig.ra} {patient.full}, nat{g:o|a} il \
{dob.slashes}, cartella {mrn}, CF {ssn}
Ricovero dal {date.slashes:-7}, medico curante {provider.full:c}
Motivo: {complaint}. Diagnosi: {dx}. Decorso regolare con {med}.
Torna a domicilio in {street}, {zip} {city}, con {g.relative.f:il figlio|la figlia} \
{relative.full:f} (tel. {phone:f}).
Controllo il {date.long:18}. Per informazioni {phone}, {email:provider/c}.
{g.provider.d:Il|La} dirigente {provider.full:d}

== it-radiology-01 radiology prose
Referto della TC eseguita il {date.slashes:0}. Paziente {patient.last_first}, {age} anni, cartella
{mrn}, inviat{g:o|a} {g.provider.i:dal dott.|dalla dott.ssa} {provider.full:i} per {complaint}.
Confronto con l'esame del {date.slashes:-160}. Non alterazioni in atto. Immagini su {url}. Esito
comunicato a {relative.full} al {phone} e a {email}; copia via fax {fax}. Tessera {plan}, CF {ssn}.
Firmato {provider.full:r}, {facility}.

== it-nursing-01 nursing smoke
Diario notturno {date.slashes:0}
ore 22:{num:10-59} consegne da {provider.first:a}. {g:Sig.|Sig.ra} {patient.last} ({mrn}), {age} \
anni, tranquill{g:o|a}.
ore 23:{num:10-59} riferisce {complaint}; avvisat{g.provider.g:o il dott.|a la dott.ssa} \
{provider.last:g}; dato {med}.
ore 01:{num:10-59} telefona {g.relative.n:il nipote|la nipote} {relative.full:n}, {phone:n}, \
chiede di {patient.first}.
ore 05:{num:10-59} riposa. Assiste {relative.full:c}, {street:c}, {city:c}, {phone:c}.
Da completare: tessera {plan}, CF {ssn}, residenza {street}, {zip} {city}. Inf. {provider.full:b}

== it-letter-01 letter prose
{city:l}, {date.long:0}

{g.provider.a:Caro|Cara} collega {provider.full:a}, ti invio {patient.full}, {age} anni,
{profession}, che abita in {street}, {zip} {city} e che da {date.month:-35} lamenta {complaint}.
Terapia: {med}. Da noi ha la cartella {mrn}, da voi la {mrn:b}. Recapiti: {phone}, {email};
{g.relative.m:il marito|la moglie} {relative.full:m}, {phone:m}. CF {ssn}. Paese di origine
{country}, lasciato il {date.long:-1400}.

Un cordiale saluto, {provider.full:io}

== it-message-01 message prose
Buongiorno, sono {patient.full}, nascita {dob.slashes}. Devo spostare la visita del {date.slashes:7}
con {g.provider.d:il dottor|la dottoressa} {provider.last:d} perché {relative.full:s} viene
operat{g.relative.s:o|a}. Si può il {date.slashes:14}? La mia cartella è {mrn}, la tessera {plan}.
Ora abito in {street}, {zip} {city}; prima in {street:a}. Posta nuova {email}, cellulare {phone};
quello di {relative.first:s} è {phone:s}. Grazie, {patient.first}

== it-table-01 table
letto;cognome e nome;cartella;CF;ingresso;telefono
{rows:4-5|{num:1-9}0#;{patient.last_first:#};{mrn:#};{ssn:#};{date.iso:-#};{phone:#}}
stampato il {date.iso:0} da {provider.full}, {facility}

== it-record-01 key-value
Cognome: {patient.last}
Nome: {patient.first}
Data di nascita: {dob.slashes}
Cartella clinica: {mrn}
Codice fiscale: {ssn}
Tessera sanitaria: {plan}
Documento: {licence}
Indirizzo: {street}
CAP e comune: {zip} {city}
Cellulare: {phone}
Posta: {email}
IBAN: {iban}
Familiare: {relative.full}, {phone:c}
Medico di base: {provider.full}

== it-office-01 office prose
Sollecito a {patient.full}, {street}, {zip} {city}: risulta da pagare la fattura del
{date.slashes:-55}, cartella {mrn}, di {num:20-900} euro. L'addebito su {iban} e sulla carta {card}
non è riuscito. Si prega di versare entro il {date.slashes:14} su {iban:b} o su {url}. CF {ssn},
tessera {plan}. La richiesta proviene dall'indirizzo {ip}. Pratica seguita da {provider.full:t},
{phone}, {email:provider/t}, fax {fax}. Copia a {relative.full}, {street:r}, {city:r}.

== it-negative-01 hard-negative prose
Protocollo di reparto: in caso di dispnea posizione seduta, ossigeno {num:2-6} litri, {med}.
Controlli ogni {num:15-60} minuti; PA 1{num:10-50}/{num:60-90}, polso {num:60-99}. Segno di Babinski
assente, Murphy negativo, Lasègue a {num:40-80} gradi, Child A, NYHA {num:1-4}. Ripetere {test}.
Codice ICD I10; stanza {num:100-480}, letto {num:1-4}.
""",
    language="it",
    copies=3,
)
"""In the order they were added."""
