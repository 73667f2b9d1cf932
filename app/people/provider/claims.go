package provider

import (
	"slices"
	"strings"

	"grassroots/models"
)

// text reads a claim that is one text.
func text(claims map[string]any, name string) string {
	s, _ := claims[name].(string)
	return models.CleanLine(s)
}

// email gives the address that the claims vouch for: what somebody only says of
// themselves could be anybody's.
func (p *Provider) email(claims map[string]any) string {
	verified := claims["email_verified"]
	if verified == true || verified == "true" || p.cfg.TrustEmail && verified == nil {
		return strings.ToLower(text(claims, "email"))
	}
	return ""
}

func name(claims map[string]any) string {
	if n := text(claims, "name"); n != "" {
		return n
	}
	return strings.TrimSpace(text(claims, "given_name") + " " + text(claims, "family_name"))
}

// find gives the texts that a claim holds, each once. path is the claim's name,
// or names with dots between them that lead into it; where a list is met, all
// of its members are looked into.
func find(claims map[string]any, path string) []string {
	if path == "" {
		return nil
	}
	var out []string
	var look func(value any, path string)
	look = func(value any, path string) {
		switch value := value.(type) {
		case string:
			if s := models.CleanLine(value); path == "" && s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		case []any:
			for _, v := range value {
				look(v, path)
			}
		case map[string]any:
			if path == "" {
				return
			}
			// A name may have dots of its own, as those that are addresses do.
			if v, ok := value[path]; ok {
				look(v, "")
				return
			}
			if first, rest, ok := strings.Cut(path, "."); ok {
				look(value[first], rest)
			}
		}
	}
	look(claims, path)
	return out
}
