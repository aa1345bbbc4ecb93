"""Shapes of secrets that detect-secrets lacks, or knows in part: what its plug-ins in `site_builder.check.secret_rules` are made of.

Every pattern takes time that grows with a text's length alone: it begins with what few texts have, or where no token goes on. So JSON Web
Tokens are here too: the library's rule wants to see them whole, and those of some services are long.
"""

from __future__ import annotations

import re

VERSION = "1"
"""Of these shapes: what was found with others does not count."""

START = r"(?<![A-Za-z0-9_-])"
"""Where a token begins: not preceded by a character that it may contain, so that no text is searched twice."""
RANDOM = r"(?=[A-Za-z0-9_-]{0,60}[0-9])(?=[A-Za-z0-9_-]{0,60}[A-Z])"
"""What follows has a digit and a capital letter, as random tokens have, and names of classes and files seldom."""

PREFIXES = {
    "GitHub Token": r"github_pat_[A-Za-z0-9_]{22,}",
    "GitLab Token": r"gl(?:rtr|ffct|wt)-[A-Za-z0-9_-]{20,}",
    "Slack Token": r"xapp-\d-[A-Z0-9]{8,}-[A-Za-z0-9-]{10,}|xoxe(?:\.xox[a-z])?-[A-Za-z0-9-]{10,}",
    "Stripe Access Key": r"[rs]k_(?:test|prod)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,}",
    "NPM Token": r"npm_[A-Za-z0-9]{36}",
    "Hugging Face Token": r"(?:hf|api_org)_[A-Za-z0-9]{30,}",
    "Google API Key": r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{30,}|GOCSPX-[A-Za-z0-9_-]{28}",
    "API Key": rf"sk-(?:{RANDOM}[A-Za-z0-9_-]{{24,}}|[0-9a-f]{{32,}})",
    "Groq API Key": r"gsk_[A-Za-z0-9]{40,}",
    "Replicate Token": r"r8_[A-Za-z0-9]{37}",
    "LangSmith API Key": r"lsv2_(?:pt|sk)_[A-Za-z0-9]{32}",
    "Perplexity API Key": r"pplx-[A-Za-z0-9]{40,}",
    "Docker Token": r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}",
    "Pixi Channel Token": r"pfx_[A-Za-z0-9_-]{20,}",
    "Azure Client Secret": r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}",
    "Azure DevOps Token": r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}",
    "Mailgun API Key": r"key-[0-9a-f]{32}",
    "Square Token": r"sq0(?!csp)[a-z]{3}-[A-Za-z0-9_-]{22,}",
    "DigitalOcean Token": r"do[opr]_v1_[0-9a-f]{64}",
    "Heroku API Key": r"HRKU-[A-Za-z0-9_-]{36,}",
    "Shopify Token": r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    "Databricks Token": r"dapi[0-9a-f]{32}",
    "Vault Token": r"hv[bsr]\.[A-Za-z0-9_-]{24,}",
    "Terraform Token": r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}",
    "Grafana Token": r"gl(?:sa|c)_[A-Za-z0-9_+/=]{32,}",
    "New Relic API Key": r"NRAK-[A-Z0-9]{27}",
    "Sentry Token": r"sntry[su]_[A-Za-z0-9_+/=-]{40,}",
    "Pulumi Token": r"pul-[0-9a-f]{40}",
    "Doppler Token": r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}",
    "Linear API Key": r"lin_(?:api|oauth)_[A-Za-z0-9]{40}",
    "Notion Token": r"ntn_[A-Za-z0-9]{40,}",
    "Atlassian Token": r"AT[ACB]TT3[A-Za-z0-9_=-]{60,}",
    "Artifactory Token": rf"AKCp{RANDOM}[A-Za-z0-9]{{40,}}",
    "RubyGems API Key": r"rubygems_[0-9a-f]{48}",
    "crates.io Token": rf"cio{RANDOM}[A-Za-z0-9]{{32}}(?![A-Za-z0-9])",
    "Figma Token": r"figd_[A-Za-z0-9_-]{40,}",
    "PlanetScale Token": r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}",
    "Supabase Token": r"sb[ps]_[0-9a-f]{40}|sb_secret_[A-Za-z0-9_-]{20,}",
    "Netlify Token": r"nf[pcoub]_[A-Za-z0-9_]{36,}",
    "Vercel Token": r"vc[piark]_[A-Za-z0-9]{50,}",
    "Fly.io Token": r"fm[12]_[A-Za-z0-9+/=_-]{100,}|fo1_[A-Za-z0-9_-]{43}",
    "Tailscale Key": r"tskey-[a-z]+-[A-Za-z0-9]{8,}-[A-Za-z0-9]{20,}",
    "Age Secret Key": r"AGE-SECRET-KEY-1[A-Z0-9]{58}",
    "AWS Session Token": r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=]{100,}",
    "JSON Web Token": r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
}  # fmt: skip
"""What a secret is called -> tokens with a prefix, as the services that issue them document them."""

SET = r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?"
"""Between a name and its value: in shells, Python, YAML, JSON and headers."""
ACCOUNT = r"[A-Za-z0-9_-]{1,40}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MAIL = r"[a-z0-9-]+(?:\.[a-z0-9-]+)+:[a-z.]+@"
"""A host and an address of mail behind it, as they stand without a blank in lists of references."""
PLACEHOLDER = r"[*x.]+|[<{$\[][^@]*|(?:your|my)?[_-]?(?:passw(?:or)?d|pass|pw|pwd|secret|token|changeme)(?:here)?"
"""What stands for a password in instructions."""
CONTEXTS = {
    "Private Key": r"BEGIN ENCRYPTED PRIVATE KEY|PuTTY-User-Key-File-[13-9]",
    "AWS Secret Key": rf"(?i:\baws_?secret[a-z_]{{0,30}}|\bsecret_?access_?key){SET}[A-Za-z0-9/+]{{40}}(?![A-Za-z0-9/+=])",
    "Azure Shared Access Key": r"SharedAccessKey=[A-Za-z0-9+/]{40,}={0,2}",
    "Azure Shared Access Signature": r"[?&;]sig=[A-Za-z0-9%+/_-]{43,}",
    "Docker Registry Credentials": r"\"auth\":\s{0,3}\"[A-Za-z0-9+/]{12,}={0,2}\"",
    "Conda Channel Token": (
        rf"(?:/t/(?:[A-Za-z]{{2}}-[0-9a-f-]{{20,}}|{ACCOUNT})|\bhttps?://[a-z0-9.:-]{{1,100}}(?:/[a-z]{{1,20}}){{0,2}}/t/{RANDOM}[A-Za-z0-9]{{24,}})"
        r"(?![A-Za-z0-9_-])"
    ),
    "Login of .npmrc": rf":_(?:authToken|auth|password){SET}[A-Za-z0-9+/=_-]{{16,}}",
    "Webhook Address": (
        r"https://(?:(?:canary\.|ptb\.)?discord(?:app)?\.com/api/webhooks/\d{15,}/[A-Za-z0-9_-]{60,}"
        r"|[a-z0-9-]{1,60}\.webhook\.office\.com/webhookb2/[0-9a-f-]{36})"
    ),
    "Password in an Address": (
        rf"(?i:(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{{0,20}}://(?!{MAIL})[^\s/:@\"'<>]{{0,100}}:(?!(?:{PLACEHOLDER})@)[^\s/@\"'<>]{{3,200}}@(?=[a-z0-9\[]))"
    ),
    "Authorization Header": rf"(?i:\bauthorization{SET}(?:bearer|basic|token)\s{{1,3}}(?!\*)[a-z0-9+/=._~-]{{12,}})",
    "API Key Header": rf"(?i:\b(?:x-api-key|x-auth-token|private-token|x-goog-api-key){SET}(?!\*)[a-z0-9+/=._~-]{{16,}})",
    "Password in a Connection String": r"(?i:[;?&]\s{0,3}(?:password|pwd)\s{0,2}=\s{0,2}(?![*<{$])[^\s;&\"'<>]{6,})",
    "Password of .netrc": r"(?i:\bmachine\s{1,3}\S{1,200}\s{1,3}login\s{1,3}\S{1,200}\s{1,3}password\s{1,3}(?![*<{$])\S{4,})",
    "Kaggle API Key": r"\"username\":\s{0,3}\"[^\"\n]{1,100}\",\s{0,3}\"key\":\s{0,3}\"[0-9a-f]{32}\"",
    "Jupyter Token": r"[?&]token=[0-9a-f]{32,}",
}
"""What a secret is called -> secrets that only what stands around them tells."""

NAME = r"(?i:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|auth_?key|account_?key|private_?key)"
VALUE = r"[A-Za-z0-9+/=_~.!@#%^&*-]"
TOKENS = re.compile(rf"{START}(?:{'|'.join(f'(?:{shape})' for shape in PREFIXES.values())})")
"""Any of `PREFIXES`: one look at a text tells whether it has any."""
ASSIGNED = re.compile(rf"{NAME}[A-Za-z0-9_]{{0,20}}{SET}(?P<value>{VALUE}{{10,200}})(?!{VALUE})")
"""A value given to a name that looks secret: a setting, a variable of a shell, a field of JSON; it counts if it looks random."""
