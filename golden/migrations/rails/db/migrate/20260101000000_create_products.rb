class CreateProducts < ActiveRecord::Migration[8.1]
  def change
    create_table(:rails_products) { |table| table.text :name }
  end
end
