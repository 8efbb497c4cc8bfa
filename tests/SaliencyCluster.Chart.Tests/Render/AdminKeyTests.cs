using System.Text;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.Gateway.Identity.Keys;

namespace SaliencyCluster.Chart.Tests.Render;

/// <summary>The key that the chart makes where nothing else says who may call, and what an upgrade does with it.</summary>
public sealed class AdminKeyTests
{
    /// <summary>The code of the refusal that only a look at the cluster leads to.</summary>
    public const string Unasked = "SAL9317";

    private const string Secret = "Secret saliency-admin-key";

    [Fact]
    public void The_key_is_one_of_role_admin_that_the_gateway_takes_by_its_hash()
    {
        var data = Data(Helm.Render("{}"));
        Assert.Equal(["api-key", "keys.json"], data.Keys.Order(StringComparer.Ordinal));
        var key = ApiKey.Parse(data["api-key"])!;
        var entry = Assert.Single(KeyFile.Parse(Encoding.UTF8.GetBytes(data["keys.json"]), "keys.json"));
        Assert.Equal(("admin", "default", Role.Admin, "admin"), (entry.Id, entry.Tenant, entry.Role, key.Id));
        Assert.True(key.Matches(entry.Hash));
        Assert.InRange(entry.Created, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        Assert.Null(entry.Expires);
        Assert.DoesNotContain(data["api-key"], data["keys.json"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_itself_does_not_reach_the_pod()
    {
        var volume = Helm.Render("{}").Single(m => m.PodTemplate is not null).PodTemplate!["spec"]!["volumes"]!.AsArray()
            .Single(v => (string)v!["name"]! == "keys")!["secret"]!;
        Assert.Equal("keys.json", (string)Assert.Single(volume["items"]!.AsArray())!["key"]!);
    }

    [Fact]
    public void Notes_say_how_to_read_it_and_do_not_hold_it()
    {
        var notes = Helm.Notes("laptop");
        Assert.Contains("export SALIENCY_API_KEY=$(kubectl --namespace maps get secret saliency-admin-key "
            + "--output jsonpath='{.data.api-key}' | base64",
            notes, StringComparison.Ordinal);
        Assert.Contains("jsonpath='{.data.keys\\.json}'", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("slk_", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void An_upgrade_keeps_the_key_and_what_was_added_to_its_file()
    {
        using var cluster = new KubernetesApi();
        var first = Helm.Render("{}", cluster).Single(m => m.ToString() == Secret);
        cluster.Keep(first);
        Assert.Equal(first.Json.ToJsonString(), Helm.Render("{}", cluster).Single(m => m.ToString() == Secret).Json.ToJsonString());

        var changed = first with { Json = first.Json.DeepClone().AsObject() };
        changed.Json["data"]!["keys.json"] = Convert.ToBase64String("{\"keys\": []}"u8);
        cluster.Keep(changed);
        Assert.Equal("{\"keys\": []}", Data(Helm.Render("{}", cluster))["keys.json"]);
    }

    [Fact]
    public void A_render_that_cannot_ask_the_cluster_makes_another_key_each_time() =>
        Assert.NotEqual(Data(Helm.Render("{}"))["api-key"], Data(Helm.Render("{}"))["api-key"]);

    [Fact]
    public void An_upgrade_of_a_release_without_it_asks_what_is_meant_instead_of_locking_callers_out()
    {
        using var cluster = new KubernetesApi("saliency-grpc");
        var said = Helm.Refusal("{}", cluster: cluster);
        Assert.Contains($"[{Unasked}] The gateway of 'saliency' runs without a key of the chart", said, StringComparison.Ordinal);
        Assert.Contains("generate: true   # close it: callers need the key in the Secret saliency-admin-key", said,
            StringComparison.Ordinal);
        Assert.Contains("generate: false", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apiKeys: {generate: true}", true)]
    [InlineData("apiKeys: {generate: false}", false)]
    [InlineData("insecure: true", false)]
    [InlineData("apiKeys: {existingSecret: k}", false)]
    [InlineData("tokens: {issuer: 'https://login.example', audience: saliency}", false)]
    public void An_upgrade_that_says_who_may_call_is_not_asked(string values, bool isMade)
    {
        using var cluster = new KubernetesApi("saliency-grpc");
        Assert.Equal(isMade, Helm.Render(values, cluster).Any(m => m.ToString() == Secret));
    }

    [Fact]
    public void A_release_that_has_its_key_is_upgraded_without_a_word()
    {
        using var cluster = new KubernetesApi("saliency-grpc");
        cluster.Keep(Helm.Render("{}").Single(m => m.ToString() == Secret));
        Assert.NotEmpty(Helm.Render("{}", cluster));
    }

    private static Dictionary<string, string> Data(IReadOnlyList<Manifest> rendered) => rendered.Single(m => m.ToString() == Secret)
        .Json["data"]!.AsObject().ToDictionary(p => p.Key, p => Encoding.UTF8.GetString(Convert.FromBase64String(p.Value!.ToString())));
}
