using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Upgrades;

/// <summary>
/// What a released version has stored, or may send while processes are replaced one by one, is read by every later version. Set
/// APPROVE=1 at a release to write down what is new; a line is never changed or taken away.
/// </summary>
public sealed class StoredContractTests
{
    private static readonly string File = Path.Combine(Repo.Root, "tests", "SaliencyCluster.Grains.Tests", "Upgrades", "contracts.approved.txt");

    [Fact]
    public void Nothing_that_was_released_has_changed_its_id_alias_type_or_meaning()
    {
        var now = StoredContracts.Lines();
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") System.IO.File.WriteAllLines(File, System.IO.File.ReadAllLines(File).Union(now).Order(StringComparer.Ordinal));
        Assert.Equal([], System.IO.File.ReadAllLines(File).Except(now));
    }

    /// <summary>A record writes a part for its primary constructor, also where it has none; a class does not. What was stored by a class would be read as empty.</summary>
    [Fact]
    public void What_grains_store_is_written_as_a_class_writes_it() => Assert.Equal([], StoredContracts.StoredTypes()
        .Where(t => t.GetCustomAttributesData().Single(a => a.AttributeType == typeof(GenerateSerializerAttribute)).NamedArguments is var named
            && !named.Any(a => a.MemberName == nameof(GenerateSerializerAttribute.IncludePrimaryConstructorParameters) && a.TypedValue.Value is false)));

    [Fact]
    public void No_id_of_a_record_is_used_twice() => Assert.Equal([],
        StoredContracts.Lines().Where(l => l.StartsWith("record ", StringComparison.Ordinal)).GroupBy(l => string.Join(' ', l.Split(' ')[..3])).Where(g => g.Count() > 1).Select(g => g.Key));

    [Fact]
    public void Every_grain_interface_has_a_version_and_every_call_an_alias() =>
        Assert.Equal([], StoredContracts.Lines().Where(l => l.StartsWith("call ", StringComparison.Ordinal) && (l.Contains(" v0 ", StringComparison.Ordinal) || l.Contains(" (", StringComparison.Ordinal))));
}
