SELECT
    i.id,
    i.organisation_id,
    i.number,
    i.state,
    i.issued_on,
    coalesce(sum(l.amount), 0) AS total
FROM public.invoices AS i
LEFT JOIN public.invoice_lines AS l ON l.invoice_id = i.id
GROUP BY i.id
