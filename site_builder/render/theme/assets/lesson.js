/* Behaviour that pages have only with JavaScript; everything here is an addition to what works without it. */
"use strict";
