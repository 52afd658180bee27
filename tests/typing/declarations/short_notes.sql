SELECT id, body FROM public.notes WHERE length(body) < 100
