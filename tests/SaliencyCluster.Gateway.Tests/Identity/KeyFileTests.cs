using System.Text;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Identity;

public sealed class KeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-test-").FullName;

    private string File => Path.Combine(_folder, "keys.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_again()
    {
        var entry = Entry("x") with
        {
            Expires = DateTimeOffset.UnixEpoch.AddYears(90),
            Limits = new() { QueuedPoints = 5, StoredBytes = 0 },
            Weight = 2.5,
        };
        KeyFileChange.Apply(File, keys => [.. keys, entry]);
        KeyFileChange.Apply(File, keys => [.. keys, Entry("y")]);
        Assert.Equal([entry, Entry("y")], KeyFile.Read(File));
        Assert.Equal(["keys.json"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_refused_change_leaves_the_file_as_it_was()
    {
        KeyFileChange.Apply(File, _ => [Entry("x")]);
        Assert.Throws<SaliencyException>(() => KeyFileChange.Apply(File, keys => [.. keys, Entry("x")]));
        Assert.Equal([Entry("x")], KeyFile.Read(File));
        Assert.Equal(["keys.json"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Two_changes_at_once_do_not_lose_one()
    {
        var error = Assert.Throws<SaliencyException>(() => KeyFileChange.Apply(File, _ =>
        {
            KeyFileChange.Apply(File, keys => [.. keys, Entry("inner")]);
            return [Entry("outer")];
        }));
        Assert.Equal("SAL9026", error.Code);
    }

    [Fact]
    public void Every_mistake_is_named_at_once()
    {
        var error = Assert.Throws<SaliencyException>(() => KeyFile.Parse(Encoding.UTF8.GetBytes("""
            { "keys": [
              { "id": "a", "tenant": "x/y", "role": "submit", "hash": "sha256:00", "created": "2026-01-01T00:00:00Z", "weight": 0 },
              { "id": "a", "tenant": "t", "role": "admin", "hash": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "created": "2026-01-01T00:00:00Z", "limits": { "queuedPoints": -1 } } ] }
            """), "keys.json"));
        Assert.Equal(("SAL9025",
            "The key file 'keys.json' cannot be used: The id 'a' is there 2 times. The tenant 'x/y' of 'a' must have 1 to 100 letters, digits, '.', '_' or '-'. "
            + "The hash of 'a' must be 'sha256:' and 64 lower-case hexadecimal digits. The weight of 'a' must be from 0.01 to 100. The limits of 'a' must be at least 0."),
            (error.Code, error.What));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"keys\": null }")]
    [InlineData("{ \"keys\": [ { \"id\": \"a\" } ] }")]
    [InlineData("{ \"keys\": [], \"kyes\": [] }")]
    [InlineData("{ \"keys\": [ { \"id\": \"a\", \"tenant\": \"t\", \"role\": \"root\", \"hash\": \"\", \"created\": \"2026-01-01T00:00:00Z\" } ] }")]
    [InlineData("{ \"keys\": [ { \"id\": \"a\", \"tenant\": \"t\", \"role\": 3, \"hash\": \"\", \"created\": \"2026-01-01T00:00:00Z\" } ] }")]
    public void A_file_that_is_not_understood_is_refused(string text) =>
        Assert.Equal("SAL9025", Assert.Throws<SaliencyException>(() => KeyFile.Parse(Encoding.UTF8.GetBytes(text), "keys.json")).Code);

    internal static KeyEntry Entry(string id) =>
        new() { Id = id, Tenant = "t", Role = Role.Submit, Hash = $"sha256:{new string('0', 64)}", Created = DateTimeOffset.UnixEpoch };
}
