"""All pages of the site: the lesson's own, and those that are made from them."""
