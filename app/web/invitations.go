package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"grassroots/models"
)

// InvitationsPath begins the addresses that carry an invitation to a campaign.
const InvitationsPath = "/invitations/"

// InvitationToken is what carries an invitation: which one it is, by its own id or those
// of a campaign and a person in one, and a signature without which nobody can make
// another. Nothing of it is kept.
func (s *Site) InvitationToken(which string) string {
	mac := hmac.New(sha256.New, s.Secret)
	mac.Write([]byte("invitation to a campaign " + which)) // a hash never fails to write
	return which + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// InvitationURL is the page of an invitation.
func (s *Site) InvitationURL(which string) string { return InvitationsPath + s.InvitationToken(which) }

// InvitationStopURL is where invitations to campaigns are stopped, by whoever has it.
func (s *Site) InvitationStopURL(which string) string {
	return OneClickPath + "invitations/" + s.InvitationToken(which)
}

// ReadInvitation gives which invitation a token carries: its id, or those of a campaign
// and a person. NotFound when it was not made here.
func (s *Site) ReadInvitation(token string) (id, campaign, person string, err error) {
	which, _, _ := strings.Cut(token, ".")
	if !hmac.Equal([]byte(token), []byte(s.InvitationToken(which))) {
		return "", "", "", models.ErrNoSuchInvitation
	}
	if models.ValidID(which) {
		return which, "", "", nil
	}
	if len(which) == 52 && models.ValidID(which[:26]) && models.ValidID(which[26:]) {
		return "", which[:26], which[26:], nil
	}
	return "", "", "", models.ErrNoSuchInvitation
}
