SELECT
    date_trunc('month', i.paid_at, 'UTC')::date AS month,
    i.organisation_id,
    count(DISTINCT i.id) AS invoices,
    sum(l.amount) AS amount
FROM public.invoices AS i
JOIN public.invoice_lines AS l ON l.invoice_id = i.id
WHERE i.state = 'paid'
GROUP BY 1, 2
