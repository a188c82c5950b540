"""Families in Spanish."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

SPANISH_NOTES: Final = read_sheet(
    """
== es-discharge-01 discharge smoke
INFORME DE ALTA                                        {facility}
Paciente: {patient.last_first}     NHC: {mrn}     N.º SS: {ssn}
Fecha de nacimiento: {dob}     Edad: {age} años     DNI: {licence}
Ingreso: {date:-6}     Alta: {date:0}
Médico responsable: {provider.full}, Medicina Interna
Motivo: {complaint}. Diagnóstico principal: {dx}.
Evolución favorable con {med}. Se cita en consulta el {date.long:20}.
Domicilio: {street}, {zip} {city}. Tel. {phone}. Familiar: {relative.full}, tel. {phone:f}.

== es-radiology-01 radiology prose
Informe de radiología. Estudio realizado a {patient.full}, nacid{g:o|a} el {dob.long}, con historia
{mrn} y tarjeta sanitaria {plan}, a petición de {g.provider.pet:el Dr.|la Dra.} {provider.last:pet}.
Fecha {date.slashes:0}; se compara con el estudio del {date.slashes:-200}. No se observan hallazgos
agudos. Las imágenes pueden verse en {url}. Firmado: {provider.full:rad}. El resultado se ha
comunicado a {relative.full} en el {phone} y a {email}; copia por fax al {fax} de {facility}.

== es-nursing-01 nursing
Turno de noche, {date.short:0}
22:{num:10-59} Recibo a {patient.first} {patient.last} ({mrn}), {age} años, estable.
23:{num:10-59} Refiere {complaint}; aviso a {g.provider.g:el Dr.|la Dra.} {provider.last:g}. Se \
administra {med}.
02:{num:10-59} Llama su {g.relative.h:hijo|hija} {relative.full:h} desde el {phone:h}; queda \
informad{g.relative.h:o|a}.
05:{num:10-59} {patient.first} duerme. Acompañante: {relative.full:a}, {street:a}, {city:a}, DNI \
{licence:a}.
Pendiente: confirmar tarjeta {plan} y n.º de la Seguridad Social {ssn}. \
{g.provider.e:Enfermero|Enfermera} {provider.full:e}.

== es-letter-01 letter prose
Estimad{g.provider.a:o colega|a colega} {provider.full:a}:

Le remito a {patient.full}, {profession} de {age} años, que vive en {street}, {zip} {city}, por
{complaint} desde {date.month:-60}. Toma {med}. Su historia aquí es la {mrn}; en {facility} tiene la
{mrn:b}. Puede citar{g:lo|la} en el {phone} o en {email}, y a su {g.relative.c:marido|mujer},
{relative.full:c}, en el {phone:c}. Seguridad Social {ssn}. Nació en {country} y lleva aquí desde el
{date.long:-2000}.

Un saludo, {provider.full:yo}, {date.long:0}

== es-message-01 message prose
Buenas, soy {patient.full}, DNI {licence}. El {date.dashes:3} tengo cita con {g.provider.d:el
doctor|la doctora} {provider.last:d} y no puedo ir porque ese día operan a mi
{g.relative.h:hermano|hermana} {relative.first:h}. ¿Me la cambian al {date.dashes:10}? Mi número de
tarjeta es {plan} y el de historia {mrn}. El correo nuevo es {email}, el de antes,
{email:patient/viejo}, ya no vale. Ahora vivo en {street}, {city}. Si hace falta llamen al {phone} o
al de {relative.full:m}, {phone:m}. Gracias, {patient.first}

== es-table-01 table
cama;apellidos y nombre;historia;SS;ingreso;teléfono
{rows:4-5|{num:1-9}0#;{patient.last_first:#};{mrn:#};{ssn:#};{date.iso:-#};{phone:#}}
impreso el {date.iso:0} por {provider.full}, {facility}

== es-record-01 key-value
nombre = {patient.first}
apellidos = {patient.last}
nacimiento = {dob.slashes}
historia = {mrn}
seguridad_social = {ssn}
tarjeta_sanitaria = {plan}
dirección = {street}
código_postal = {zip}
población = {city}
móvil = {phone}
correo = {email}
cuenta = {iban}
contacto = {relative.full}, {phone:c}
médico = {provider.full}
última_visita = {date.slashes:-30}

== es-office-01 office prose
Reclamación de {patient.full}, con DNI {licence} y domicilio en {street}, {zip} {city}. El
{date.long:-15} se me cobraron dos veces las pruebas ({test}) de la historia {mrn}: una con la
tarjeta {card} y otra en la cuenta {iban}. Ruego devuelvan el importe a {iban:b}. Mi
{g.relative.t:tutor|tutora} es {relative.full:t}, DNI {licence:t}. Notificaciones a {email} o al
{phone}; por escrito, fax {fax}. Póliza {plan}. Escrito en {url} desde la dirección {ip}. En
{city:b}, a {date.long:0}.

== es-negative-01 hard-negative prose
Recomendaciones al alta: beba {num:6-9} vasos de agua al día, camine {num:10-40} minutos y tome
{med} con la comida. Acuda a urgencias si tiene {complaint} o fiebre de más de 38,{num:1-9} grados.
Signo de Murphy negativo, Glasgow {num:13-15}, Killip {num:1-3}. TA 1{num:10-40}/{num:60-90}, FC
{num:60-99}. Analítica: {test} sin alteraciones. Código CIE I10; habitación {num:100-480}, box
{num:1-9}.
""",
    language="es",
    copies=3,
)
"""In the order they were added."""
