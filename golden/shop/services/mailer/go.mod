module example.org/shop/mailer

go 1.25
