"""Follow the money: payments as time-sorted columns, and what can be asked of them in time order.

``flow_store`` holds the columns, ``payments_in`` makes them from a table; ``trace`` follows money by convention, ``corridor`` bounds what can have flowed,
``cycles`` and ``patterns`` find paths, ``signals`` turns any payments table into figures a payment.
"""
