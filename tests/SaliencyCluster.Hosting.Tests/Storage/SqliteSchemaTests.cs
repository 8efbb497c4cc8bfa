using Microsoft.Data.Sqlite;
using SaliencyCluster.Hosting.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tests.Storage;

public sealed class SqliteSchemaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-schema-").FullName;

    private string Database => Path.Combine(_folder, "new", "cluster.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_database_is_made_with_its_folder_and_can_be_made_again()
    {
        Assert.Null(SqliteSchema.Inspect(Database).Version);
        SqliteSchema.Apply(Database);
        SqliteSchema.Apply(Database);
        var state = SqliteSchema.Inspect(Database);
        Assert.Equal(state.Wanted, state.Version);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var file = Path.Combine(_folder, "notes.txt");
        var text = string.Join('\n', Enumerable.Repeat("This is no database.", 200));
        File.WriteAllText(file, text);
        Assert.Equal("SAL9202", Assert.Throws<SaliencyException>(() => SqliteSchema.Inspect(file)).Code);
        var error = Assert.Throws<SaliencyException>(() => SqliteSchema.Apply(file));
        Assert.Equal("SAL9202", error.Code);
        Assert.Contains(file, error.What, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public void Looking_at_a_database_makes_none()
    {
        SqliteSchema.Inspect(Database);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Database)));
    }
}
