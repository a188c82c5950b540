"""Families in French."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

FRENCH_NOTES: Final = read_sheet(
    """
== fr-discharge-01 discharge
{facility} - Compte rendu d'hospitalisation
{g:Monsieur|Madame} {patient.full}, né{g:|e} le {dob.slashes}, IPP {mrn}, NIR {ssn}
Hospitalisé{g:|e} du {date.slashes:-6} au {date.slashes:0} dans le service du Pr \
{provider.last:chef}

Motif : {complaint}. Diagnostic retenu : {dx}.
Évolution favorable sous {med}. {g:Il|Elle} regagne son domicile, {street}, {zip} {city}, où \
{relative.full} \
(tél. {phone:r}) l'attend.
Revoir {g.provider.rv:le|la} Dr {provider.full:rv} le {date.long:21}. Contact : {phone}, \
{email:provider/rv}.
Dr {provider.full:i}

== fr-radiology-01 radiology prose
Compte rendu de scanner du {date.slashes:0}. Patient{g:|e} : {patient.caps_last} {patient.first},
{age} ans, dossier {mrn}, adressé{g:|e} par le Dr {provider.full:adr} pour {complaint}. Comparaison
avec l'examen du {date.slashes:-180}. Pas d'anomalie décelable. Images consultables sur {url}.
Résultat donné par téléphone à {relative.full} au {phone} et adressé à {email}, avec copie au {fax}.
Mutuelle {plan}. Signé {provider.full:rad}, {facility}.

== fr-nursing-01 nursing
Transmissions de nuit, {date.slashes:0}
21 h {num:10-59} : relève avec {provider.first:a}. {g:M.|Mme} {patient.last} ({mrn}), {age} ans, \
calme.
23 h {num:10-59} : signale {complaint} ; Dr {provider.last:g} prévenu{g.provider.g:|e} ; {med} \
donné.
01 h {num:10-59} : appel {g.relative.f:de son fils|de sa fille} {relative.full:f}, {phone:f}, qui \
arrive de {city:f}.
04 h {num:10-59} : {patient.first} demande {relative.first:c} ; laisser un message au {phone:c}.
À compléter : NIR {ssn}, mutuelle {plan}, adresse {street}, {zip} {city}. {provider.full:b}, IDE

== fr-letter-01 letter prose
{city:l}, le {date.long:0}

Cher confrère {provider.full:a},

Merci de recevoir {patient.full}, {age} ans, {profession}, demeurant {street} à {zip} {city}, qui se
plaint depuis {date.month:-45} de symptômes évocateurs : {complaint}. Son traitement : {med}. Son
numéro chez nous est {mrn}, chez vous {mrn:b}. On peut l{g:e|a} joindre au {phone}, à {email}, ou
par {g.relative.s:son frère|sa sœur} {relative.full:s} au {phone:s}. NIR {ssn}. Pays de naissance :
{country}.

Bien confraternellement, {provider.full:moi}

== fr-message-01 message smoke prose
Bonjour, ici {patient.full}, né{g:|e} le {dob.slashes}. Je dois annuler mon rendez-vous du
{date.slashes:5} avec le Dr {provider.last:d} car {relative.full:e} est malade. Serait-ce possible
le {date.slashes:12} ? Mon dossier est le {mrn}, ma mutuelle {plan}. J'ai déménagé : {street}, {zip}
{city} (avant : {street:vieux}). Nouveau mail : {email} ; portable : {phone} ; celui de
{relative.first:e} : {phone:e}. Merci, {patient.first}

== fr-table-01 table
lit;nom;IPP;NIR;entrée;téléphone
{rows:4-5|{num:1-9}0#;{patient.last_first:#};{mrn:#};{ssn:#};{date.slashes:-#};{phone:#}}
édité le {date.slashes:0} par {provider.full}, {facility}

== fr-record-01 key-value
Nom : {patient.caps_last}
Prénom : {patient.first}
Né(e) le : {dob.slashes}
IPP : {mrn}
NIR : {ssn}
Mutuelle : {plan}
Pièce d'identité : {licence}
Adresse : {street}
Commune : {zip} {city}
Portable : {phone}
Courriel : {email}
RIB : {iban}
Personne de confiance : {relative.full}, {phone:p}
Médecin traitant : {provider.full}

== fr-office-01 office prose
Relance adressée à {patient.full}, {street}, {zip} {city} : la facture du {date.slashes:-70}
(dossier {mrn}) reste due, {num:20-900} euros. Le prélèvement sur {iban} et la carte {card} ont été
rejetés. Merci de régler avant le {date.slashes:15} sur {iban:b} ou sur {url}. NIR {ssn}, mutuelle
{plan}. Votre demande est venue de l'adresse {ip}. Service facturation, {provider.full:f}, {phone},
{email:provider/f}, télécopie {fax}. Copie à {relative.full}, {street:r}.

== fr-negative-01 hard-negative prose
Protocole de service : en cas de dyspnée, position demi-assise, oxygène {num:2-6} litres, {med}.
Surveillance toutes les {num:15-60} minutes : TA 1{num:10-50}/{num:60-90}, pouls {num:60-99}. Signe
de Babinski absent, Murphy négatif, Lasègue à {num:40-80} degrés, score de Child A, NYHA {num:1-4}.
{test} à refaire. Code CIM I10 ; chambre {num:100-480}, lit {num:1-4}.
""",
    language="fr",
    copies=3,
)
"""In the order they were added."""
