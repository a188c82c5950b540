"""Families in Portuguese."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

PORTUGUESE_NOTES: Final = read_sheet(
    """
== pt-discharge-01 discharge
NOTA DE ALTA - {facility}
Doente: {patient.full}     Processo: {mrn}     N.º de utente: {plan}
Nascid{g:o|a} a {dob.slashes}, {age} anos, NISS {ssn}
Internamento de {date.slashes:-8} a {date.slashes:0}, a cargo {g.provider.r:do Dr.|da Dra.} \
{provider.full:r}
Motivo: {complaint}. Diagnóstico: {dx}. Boa evolução com {med}.
Regressa a casa, {street}, {zip} {city}, com {g.relative.f:o filho|a filha} {relative.full:f} \
(telefone {phone:f}).
Consulta a {date.long:15}. Dúvidas: {phone}, {email:provider/r}. {provider.full:i}

== pt-radiology-01 radiology prose
Relatório da TC realizada a {date.slashes:0}. {g:O doente|A doente} {patient.full}, processo {mrn},
foi enviad{g:o|a} por {provider.full:p} por {complaint}. Comparada com o exame de
{date.slashes:-150}. Sem alterações agudas. Imagens em {url}; o resultado foi transmitido a
{relative.full}, pelo {phone}, e para {email}. Cópia por fax, {fax}. Utente {plan}, NISS {ssn}.
Assinado por {provider.full:rad}, {facility}.

== pt-nursing-01 nursing
Registo da noite, {date.slashes:0}
22h{num:10-59} Recebi turno de {provider.first:a}. {g:Sr.|Sra.} {patient.last} ({mrn}), {age} \
anos, sem queixas.
23h{num:10-59} Refere {complaint}; chamei {g.provider.g:o Dr.|a Dra.} {provider.last:g}; dei {med}.
01h{num:10-59} Telefonou {g.relative.n:o neto|a neta} {relative.full:n}, {phone:n}, a perguntar \
por {patient.first}.
05h{num:10-59} Dormiu. Acompanhante {relative.full:c}, {street:c}, {city:c}, {phone:c}.
Falta confirmar: utente {plan}, NISS {ssn}, morada {street}, {zip} {city}. Enf. {provider.full:b}

== pt-letter-01 letter prose
{city:l}, {date.long:0}

{g.provider.a:Caro|Cara} colega {provider.full:a}, envio-lhe {patient.full}, {age} anos,
{profession}, que mora em {street}, {zip} {city}, e que desde {date.month:-40} tem {complaint}. Toma
{med}. O processo aqui é o {mrn}, no {facility} o {mrn:b}. Contactos: {phone}, {email};
{g.relative.m:marido|mulher} {relative.full:m}, {phone:m}. NISS {ssn}. País de origem {country}, de
onde saiu a {date.long:-1500}.

Com os melhores cumprimentos, {provider.full:eu}

== pt-message-01 message prose
Bom dia, fala {patient.full}, nascimento {dob.slashes}. Preciso de mudar a consulta de
{date.slashes:6} com {g.provider.d:o Dr.|a Dra.} {provider.last:d}, porque {relative.full:i} vai ser
operad{g.relative.i:o|a}. Pode ser a {date.slashes:13}? O meu processo é o {mrn} e o número de
utente {plan}. Mudei de casa: {street}, {zip} {city}; antes era {street:a}. E-mail novo {email},
telemóvel {phone}; o de {relative.first:i} é {phone:i}. Obrigad{g:o|a}, {patient.first}

== pt-table-01 table
cama;nome;processo;NISS;entrada;telefone
{rows:4-5|{num:1-9}0#;{patient.last_first:#};{mrn:#};{ssn:#};{date.iso:-#};{phone:#}}
impresso a {date.iso:0} por {provider.full}, {facility}

== pt-record-01 key-value smoke
Apelido: {patient.last}
Nome próprio: {patient.first}
Data de nascimento: {dob.slashes}
Processo clínico: {mrn}
N.º de utente: {plan}
NISS: {ssn}
Cartão de cidadão: {licence}
Morada: {street}
Código postal: {zip} {city}
Telemóvel: {phone}
Correio: {email}
IBAN: {iban}
Contacto: {relative.full}, {phone:c}
Médico de família: {provider.full}

== pt-office-01 office prose
Aviso a {patient.full}, {street}, {zip} {city}: falta pagar a fatura de {date.slashes:-50}, processo
{mrn}, no valor de {num:20-900} euros. Não foi possível cobrar em {iban} nem no cartão {card}. Pague
até {date.slashes:14} para {iban:b} ou em {url}. Contribuinte {licence}, utente {plan}. O pedido
chegou do endereço {ip}. Trata {provider.full:t}, {phone}, {email:provider/t}, fax {fax}. Cópia para
{relative.full}, {street:r}, {city:r}.

== pt-negative-01 hard-negative prose
Norma do serviço: se houver falta de ar, sentar o doente, oxigénio a {num:2-6} litros e {med}.
Vigiar de {num:15-60} em {num:15-60} minutos; TA 1{num:10-50}/{num:60-90}, pulso {num:60-99}. Sinal
de Babinski ausente, Murphy negativo, Lasègue a {num:40-80} graus, Child A, Killip {num:1-3}.
Repetir {test}. Código CID I10; quarto {num:100-480}, cama {num:1-4}.
""",
    language="pt",
    copies=3,
)
"""In the order they were added."""
