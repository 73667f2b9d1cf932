package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// proofs are the routes that need a fresh sign-in, with what each does as it
// follows "to". Whatever else admins write needs one too, but for unproven.
var proofs = map[string]string{
	"POST /me/close":                                       "close your account",
	"POST /me/data":                                        "download your data",
	"POST /me/email":                                       "change your e-mail address",
	"POST /me/sign-in/:id/unlink":                          "unlink single sign-on",
	"POST /me/passkeys":                                    "add a passkey",
	"POST /me/passkeys/:id/remove":                         "remove a passkey",
	"POST /me/passkeys/begin":                              "begin to add a passkey",
	"POST /me/tokens":                                      "make an API token",
	"POST /organisations/:code/channels/new":               "add a channel",
	"POST /organisations/:code/channels/:id/delete":        "delete a channel",
	"POST /admin/exchange/:id/pause":                       "pause the exchange with another instance",
	"POST /admin/exchange/:id/remove":                      "remove another instance from the exchange",
	"POST /admin/exchange/:id/resume":                      "resume the exchange with another instance",
	"POST /admin/exchange/:id/sync":                        "ask another instance for its news",
	"POST /admin/exchange/new":                             "add another instance to the exchange",
	"POST /admin/export":                                   "export case studies",
	"POST /admin/export/bundles/:id/remove":                "remove an export",
	"POST /admin/import":                                   "import case studies",
	"POST /admin/import/bundles":                           "begin to send a bundle",
	"POST /admin/import/bundles/:id/apply":                 "import a bundle",
	"POST /admin/import/bundles/:id/remove":                "remove a bundle that was sent",
	"POST /admin/import/organisations":                     "send a file of organisations",
	"POST /admin/import/organisations/:id":                 "import organisations",
	"POST /admin/mail/:id/drop":                            "give up an e-mail",
	"POST /admin/mail/:id/resend":                          "send an e-mail again",
	"POST /admin/organisations/:code":                      "change an organisation",
	"POST /admin/people/:handle/grant":                     "give a role",
	"POST /admin/people/:handle/revoke":                    "take a role away",
	"POST /admin/synonyms":                                 "change the synonyms",
	"POST /admin/synonyms/restore":                         "restore the synonyms",
	"POST /admin/workforce":                                "save how the workforce is made up",
	"POST /admin/webhooks/:id/delete":                      "delete a webhook",
	"POST /admin/webhooks/:id/deliveries/:delivery/resend": "send a delivery of a webhook again",
	"POST /admin/webhooks/:id/edit":                        "change a webhook",
	"POST /admin/webhooks/:id/pause":                       "pause a webhook",
	"POST /admin/webhooks/:id/resume":                      "resume a webhook",
	"POST /admin/webhooks/:id/secret":                      "make a new secret for a webhook",
	"POST /admin/webhooks/:id/test":                        "test a webhook",
	"POST /admin/webhooks/new":                             "add a webhook",
}

// unproven are the writes of admins that need no fresh sign-in: a search that is
// sent as a form, and the parts of a file whose sending began with one, which
// change nothing until it is applied with another.
var unproven = []string{
	"POST /admin/people/find",
	"POST /admin/import/bundles/:id/end",
	"PUT /admin/import/bundles/:id/parts/:n",
}

// NeedsProof tells whether a route needs a fresh sign-in, and gives what it does
// as it follows "to".
func NeedsProof(method, path string) (what string, ok bool) {
	route := method + " " + path
	if what, ok = proofs[route]; ok {
		return what, true
	}
	reads := method == fiber.MethodGet || method == fiber.MethodHead
	return "do this", !reads && access[route] == models.Administer && !slices.Contains(unproven, route)
}

// ProvenRoutes gives every route that needs a fresh sign-in, as "METHOD /path",
// with what it does.
func ProvenRoutes() map[string]string {
	out := map[string]string{}
	for route := range access {
		method, path, _ := strings.Cut(route, " ")
		if what, ok := NeedsProof(method, path); ok {
			out[route] = what
		}
	}
	return out
}
