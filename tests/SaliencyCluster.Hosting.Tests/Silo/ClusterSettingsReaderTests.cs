using Microsoft.Extensions.Configuration;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Tests.Silo;

public sealed class ClusterSettingsReaderTests
{
    /// <summary>Every key that has a range, with a value outside it. Keys that take any text, or that the binder checks by their type, have none.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "Roles", "boss" },
        { "Storage", "memory" },
        { "DataDirectory", "" },
        { "Blobs", "s3://x" },
        { "S3:Endpoint", "minio" },
        { "S3:Region", " " },
        { "Retention", "00:00:59" },
        { "BlobGrace", "00:09:59" },
        { "SweepPeriod", "8.00:00:00" },
        { "StartPatience", "01:00:01" },
        { "ClusterId", "a b" },
        { "Name", "a/b" },
        { "Address", "localhost" },
        { "MetricsAddress", "everywhere" },
        { "SiloPort", "65536" },
        { "MetricsPort", "-1" },
        { "OtlpEndpoint", "collector" },
        { "Tls:Certificate", "" },
        { "Tls:PeerName", "a b" },
        { "LogFormat", "xml" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_with_its_key(string key, string value)
    {
        var error = Assert.Throws<SaliencyException>(() => Read((key, value)));
        Assert.Equal("SAL9201", error.Code);
        Assert.Contains($"Saliency:Cluster:{key} is ", error.What, StringComparison.Ordinal);
        Assert.Contains("; it must be ", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_value_is_named_at_once()
    {
        var error = Assert.Throws<SaliencyException>(() => Read([.. Wrong.Select(row => (row.Data.Item1, row.Data.Item2))]));
        Assert.All(Wrong, row => Assert.Contains($"Saliency:Cluster:{row.Data.Item1} is ", error.What, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_does_not_exist_is_named()
    {
        var error = Assert.Throws<SaliencyException>(() => Read(("DataDirektory", "x")));
        Assert.Equal("SAL9201", error.Code);
        Assert.Contains("DataDirektory", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_type_is_named()
    {
        var error = Assert.Throws<SaliencyException>(() => Read(("SiloPort", "many")));
        Assert.Equal("SAL9201", error.Code);
        Assert.Contains("SiloPort", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shared_database_needs_its_address()
    {
        var error = Assert.Throws<SaliencyException>(() => Read(("Storage", "cluster")));
        Assert.Contains("Saliency:Cluster:ConnectionString is missing", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embedded", "127.0.0.1", null, false)]
    [InlineData("embedded", "10.0.0.9", null, true)]
    [InlineData("cluster", "127.0.0.1", null, true)]
    [InlineData("cluster", "10.0.0.9", null, true)]
    [InlineData("cluster", "10.0.0.9", "false", false)]
    [InlineData("embedded", "::1", null, false)]
    [InlineData("embedded", "127.0.0.1", "true", true)]
    public void Processes_that_others_can_reach_need_a_certificate_unless_told_otherwise(string storage, string address, string? required, bool refused)
    {
        (string, string)[] settings = [("Storage", storage), ("ConnectionString", "Host=db"), ("Address", address), .. required is null ? [] : new[] { ("Tls:Required", required) }];
        var error = Record.Exception(() => Read(settings));
        Assert.Equal(refused ? "SAL9204" : null, (error as SaliencyException)?.Code);
        Assert.Null(Record.Exception(() => Read([.. settings, ("Tls:Certificate", "a"), ("Tls:CertificateKey", "b"), ("Tls:Authorities", "c")])));
    }

    [Fact]
    public void Nothing_is_needed_on_one_host() => Assert.True(Read().IsEmbedded);

    private static ClusterSettings Read(params (string Key, string Value)[] settings) => ClusterSettingsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Saliency:Cluster:{s.Key}", (string?)s.Value))).Build());
}
