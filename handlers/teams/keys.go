package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"

	"github.com/firebreakhq/firebreak/handlers/link"
)

const (
	// keysFresh is for how long keys are used before they are fetched again.
	keysFresh = 24 * time.Hour
	// keysAgain is how often they are fetched at most. Whoever likes can send
	// tokens that name unknown keys, so that none is worth a fetch of its own; and
	// what such a token uses up must be there again in seconds, or a key that
	// Microsoft has changed to meanwhile would be refused with all who write.
	keysAgain = 5 * time.Second
	// maxKeys is the largest answer of those who publish keys.
	maxKeys = 1 << 20
)

// A key is one by which tokens are signed.
type key struct {
	public jwk.Key
	// endorsements are the channels whose activities it may sign, empty for
	// any.
	endorsements []string
}

// keys are those of one signer. What is known stays in use when the signer can't
// be reached, however old it is.
type keys struct {
	work *link.Work
	now  func() time.Time
	// fetch gets all of the signer's keys.
	fetch func(ctx context.Context) (map[string]key, error)
	joint joint[map[string]key]

	mu      sync.Mutex
	known   map[string]key
	fetched time.Time // when known was fetched
	tried   time.Time // when that was last tried to the end
}

// errNoKeys is that a token can't be judged, since no key of its signer is
// known.
var errNoKeys = errors.New("the signer's keys can't be had")

// get returns the key with an id, and false if the signer has none with it. It
// returns errNoKeys while nothing is known of the signer. Only for a key that is
// not known is the signer waited for.
func (k *keys) get(ctx context.Context, id string) (key, bool, error) {
	found, ok, due := k.look(id)

	var err error

	switch {
	case due && ok:
		k.joint.join(k.work, k.refresh)
	case due:
		_, err = k.joint.get(ctx, k.work, k.refresh)
		found, ok, _ = k.look(id)
	}

	switch {
	case k.any():
		return found, ok, nil
	case err != nil:
		return key{}, false, fmt.Errorf("%w: %w", errNoKeys, err)
	default:
		return key{}, false, errNoKeys
	}
}

// look returns what is known, and whether the signer is to be asked: for a key
// that is not known, or where all are old, and not too soon after the last time.
func (k *keys) look(id string) (found key, ok, due bool) {
	k.mu.Lock()
	defer k.mu.Unlock()

	now := k.now()
	found, ok = k.known[id]

	stale := !ok || now.Sub(k.fetched) >= keysFresh
	rested := k.tried.IsZero() || now.Sub(k.tried) >= keysAgain || now.Before(k.tried)

	return found, ok, stale && rested
}

func (k *keys) any() bool {
	k.mu.Lock()
	defer k.mu.Unlock()

	return len(k.known) > 0
}

// refresh fetches the keys. Who wants one that is not known meanwhile waits for
// it too.
func (k *keys) refresh(ctx context.Context) (map[string]key, error) {
	known, err := k.fetch(ctx)

	k.mu.Lock()
	defer k.mu.Unlock()

	k.tried = k.now()
	if err != nil {
		return nil, err
	}

	k.known, k.fetched = known, k.tried

	return known, nil
}

// fromMetadata returns how the keys are got that an OpenID document points to.
func fromMetadata(w link.Wire, address string) func(ctx context.Context) (map[string]key, error) {
	return func(ctx context.Context) (map[string]key, error) {
		var document struct {
			Keys string `json:"jwks_uri"`
		}

		if err := fetch(ctx, w, address, &document); err != nil {
			return nil, err
		}

		if document.Keys == "" {
			return nil, errors.New("the metadata names no keys")
		}

		return fromSet(w, document.Keys)(ctx)
	}
}

// fromSet returns how the keys of a set at an address are got. One that can't
// be used is left out.
func fromSet(w link.Wire, address string) func(ctx context.Context) (map[string]key, error) {
	return func(ctx context.Context) (map[string]key, error) {
		var set struct {
			Keys []json.RawMessage `json:"keys"`
		}

		if err := fetch(ctx, w, address, &set); err != nil {
			return nil, err
		}

		known := make(map[string]key, len(set.Keys))

		for _, raw := range set.Keys {
			if id, k, ok := parseKey(raw); ok {
				known[id] = k
			}
		}

		if len(known) == 0 {
			return nil, errors.New("there are no keys of a known kind")
		}

		return known, nil
	}
}

// parseKey reads a key for RS256. The endorsements are a member that only
// Microsoft's sets have.
func parseKey(raw json.RawMessage) (id string, k key, ok bool) {
	var extra struct {
		Endorsements []string `json:"endorsements"`
	}

	public, err := jwk.ParseKey(raw)
	if err != nil || public.KeyType() != jwa.RSA() || json.Unmarshal(raw, &extra) != nil {
		return "", key{}, false
	}

	id, ok = public.KeyID()

	return id, key{public, extra.Endorsements}, ok && id != ""
}

// fetch gets a JSON document.
func fetch(ctx context.Context, w link.Wire, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return errors.New("no address")
	}

	resp, err := w.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()

	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the answer is %s", resp.Status)
	}

	return json.NewDecoder(io.LimitReader(resp.Body, maxKeys)).Decode(into)
}
