package casestudies

import (
	"maps"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// readGovernance reads what a form says of data use, clinical safety and
// connected devices. Questions that it did not ask keep their answers, and so do
// keys that it does not know; what a form shows is new values, since another
// Document may share the old ones.
func readGovernance(c *fiber.Ctx, d *models.Document) {
	if web.HasField(c, "data_use.personal_data") {
		readDataUse(c, d)
	}
	if web.HasField(c, "safety.dcb0129") {
		s := models.Safety{}
		if d.Safety != nil {
			s.Extra = d.Safety.Extra
		}
		s.DCB0129, s.DCB0160, s.DTAC = web.Value(c, "safety.dcb0129"), web.Value(c, "safety.dcb0160"), web.Value(c, "safety.dtac")
		if d.Safety = &s; s.DCB0129 == "" && s.DCB0160 == "" && s.DTAC == "" && len(s.Extra) == 0 {
			d.Safety = nil
		}
	}
	if web.HasField(c, "devices.used") {
		readDevices(c, d)
	}
}

func readDataUse(c *fiber.Ctx, d *models.Document) {
	said := web.Value(c, "data_use.personal_data")
	if said == "" {
		d.DataUse = nil
		return
	}
	u := models.DataUse{}
	if d.DataUse != nil {
		u = *d.DataUse
	}
	u.PersonalData = said == "yes"
	for name, to := range map[string]*string{"lawful_basis": &u.LawfulBasis, "dpia": &u.DPIA, "opt_out": &u.OptOut, "notes": &u.Notes} {
		if web.HasField(c, "data_use."+name) {
			*to = web.Value(c, "data_use."+name)
		}
	}
	d.DataUse = &u
}

func readDevices(c *fiber.Ctx, d *models.Document) {
	said := web.Value(c, "devices.used")
	if said == "" {
		d.Devices = nil
		return
	}
	v := models.Devices{}
	if d.Devices != nil {
		v = *d.Devices
	}
	v.Used, v.Provisions = said == "yes", maps.Clone(v.Provisions)
	for _, p := range models.Provisions() {
		field := "devices.provisions[" + p.Value + "]"
		if !web.HasField(c, field) {
			continue
		}
		if v.Provisions == nil {
			v.Provisions = map[string]string{}
		}
		if v.Provisions[p.Value] = web.Value(c, field); v.Provisions[p.Value] == "" {
			delete(v.Provisions, p.Value)
		}
	}
	if len(v.Provisions) == 0 {
		v.Provisions = nil
	}
	d.Devices = &v
}
