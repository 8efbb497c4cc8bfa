using Google.Protobuf;
using Grpc.Core;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

public sealed class AccessTests(GuardedCluster cluster) : IClassFixture<GuardedCluster>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Rpcs => [.. AccessTable.Rows.Keys];

    [Fact]
    public void Every_rpc_of_the_protocol_has_a_decision() =>
        Assert.Equal(RawCall.All.Keys.Order(StringComparer.Ordinal), AccessTable.Rows.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void What_needs_no_key_is_a_short_list()
    {
        string[] open =
        [
            "/grpc.health.v1.Health/", "/inference.GRPCInferenceService/Server", "/v2/health/", "/alive", "/sign-in", "/sign-out", "/assets/",
        ];
        Assert.All(cluster.OpenRoutes, route => Assert.Contains(open, prefix => route.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.All(open, prefix => Assert.Contains(cluster.OpenRoutes, route => route.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Rpcs))]
    public async Task Nobody_calls_without_a_key(string rpc)
    {
        var (status, said) = await RawCall.AskAsync(cluster.Grpc, RawCall.All[rpc], null, Cancellation, AccessTable.Rows[rpc].Requests);
        Assert.Equal((StatusCode.Unauthenticated, ""), (status.StatusCode, said));
        Assert.StartsWith("SAL2901: The call has no API key.", status.Detail, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Rpcs))]
    public async Task The_role_decides(string rpc)
    {
        var access = AccessTable.Rows[rpc];
        foreach (var (key, role) in new[] { (cluster.B, Role.Submit), (cluster.Operator, Role.Operate), (cluster.Root, Role.Admin) })
        {
            var (status, _) = await RawCall.AskAsync(cluster.Grpc, RawCall.All[rpc], key, Cancellation, access.Requests);
            Assert.Equal(role < access.Role ? StatusCode.PermissionDenied : access.Stranger, status.StatusCode);
        }
    }

    [Fact]
    public void What_may_name_a_tenant_is_a_short_list() => Assert.Equal(
        ["Evaluations/CancelEvaluation", "Evaluations/DeleteEvaluation", "Evaluations/GetEvaluation", "Evaluations/ListEvaluations",
            "Explanations/CancelJob", "Explanations/DeleteJob", "Explanations/GetJob", "Explanations/ListJobs"],
        NamingTenants.Select(row => row.Data).Order(StringComparer.Ordinal));

    // What ends or deletes something has a test of its own.
    public static IEnumerable<TheoryDataRow<string>> NamingTenants =>
        RawCall.All.Where(r => r.Value.InputType.FindFieldByName("tenant") is not null).Select(r => new TheoryDataRow<string>(r.Key));

    [Theory, MemberData(nameof(NamingTenants))]
    public async Task Only_an_administrator_may_name_another_tenant(string rpc)
    {
        var request = AccessTable.Rows[rpc].Requests.Single();
        var named = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        named.Descriptor.FindFieldByName("tenant").Accessor.SetValue(named, "a");
        foreach (var key in new[] { cluster.B, cluster.Operator })
        {
            var (status, said) = await RawCall.AskAsync(cluster.Grpc, RawCall.All[rpc], key, Cancellation, named);
            Assert.Equal((StatusCode.PermissionDenied, ""), (status.StatusCode, said));
        }
        // Naming one's own asks for nothing special.
        named.Descriptor.FindFieldByName("tenant").Accessor.SetValue(named, "b");
        Assert.Equal(AccessTable.Rows[rpc].Stranger,
            (await RawCall.AskAsync(cluster.Grpc, RawCall.All[rpc], cluster.B, Cancellation, named)).Status.StatusCode);
    }

    [Fact]
    public async Task An_administrator_lists_cancels_and_deletes_what_is_anothers_and_reads_none_of_it()
    {
        using var root = cluster.Client(cluster.Root);
        Assert.Contains("a", await root.ListTenantsAsync(Cancellation));
        Assert.Equal(GuardedCluster.Job, (await root.Jobs.ListAsync("a", Cancellation).SingleAsync(Cancellation)).JobId);
        Assert.Equal(GuardedCluster.Evaluation,
            (await root.Evaluations.ListAsync("a", Cancellation).SingleAsync(Cancellation)).EvaluationId);
        Assert.Empty(await root.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal(StatusCode.NotFound,
            (await Assert.ThrowsAsync<GatewayException>(() => root.Jobs.GetAsync(GuardedCluster.Job, Cancellation))).Status);

        using var c = cluster.Client(cluster.C);
        await using (var file = File.OpenRead(TestKit.Repo.Model("mnist-mlp"))) await c.Models.AddAsync("model-of-c", file,
            cancellation: Cancellation);
        var endless = new ExplanationOptions { Method = "smoothgrad", Samples = 5000 };
        await c.Jobs.SubmitAsync("model-of-c", endless, Clusters.Digits.Many(40), "long", Cancellation);
        Assert.Equal(JobState.Cancelled, (await root.Jobs.CancelAsync("long", "c", Cancellation)).State);
        Assert.Equal(JobState.Cancelled, (await c.Jobs.GetAsync("long", Cancellation)).State);
        await root.Jobs.DeleteAsync("long", "c", Cancellation);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<GatewayException>(() => c.Jobs.GetAsync("long", Cancellation))).Status);

        var options = new EvaluationOptions { Methods = { "gradient" }, Infidelity = new() { Perturbations = 2 } };
        var images = new[] { new EvaluationImageInput(Clusters.Digits.Tensor(3)) }.ToAsyncEnumerable();
        await c.Evaluations.SubmitAsync("model-of-c", options, images, "evaluation-of-c", Cancellation);
        Assert.True((await root.Evaluations.CancelAsync("evaluation-of-c", "c",
            Cancellation)).State is EvaluationState.Cancelled or EvaluationState.Done);
        await root.Evaluations.DeleteAsync("evaluation-of-c", "c", Cancellation);
        Assert.Empty(await c.Evaluations.ListAsync(Cancellation).ToListAsync(Cancellation));
        var audited = cluster.Audited.Where(l => l.Contains("root/root", StringComparison.Ordinal)
            && l.Contains("tenant c", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, audited.Count);
        Assert.All(audited, l => Assert.DoesNotContain("long", l, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Rpcs))]
    public async Task A_tenant_is_told_nothing_of_another_and_changes_nothing_there(string rpc)
    {
        var (status, said) = await RawCall.AskAsync(cluster.Grpc, RawCall.All[rpc], cluster.Operator, Cancellation, AccessTable.Rows[rpc].Requests);
        Assert.Equal(AccessTable.Rows[rpc].Role > Role.Operate ? StatusCode.PermissionDenied : AccessTable.Rows[rpc].Stranger,
            status.StatusCode);
        Assert.DoesNotContain("private", said, StringComparison.Ordinal);
        using var a = cluster.Client(cluster.A);
        Assert.Equal([(GuardedCluster.Model, 1)], (await a.Models.ListAsync(Cancellation)).Select(m => (m.Name, m.Version)));
        Assert.Equal([(GuardedCluster.Job, JobState.Done)], (await a.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation)).Select(j => (j.JobId, j.State)));
        Assert.Equal([(GuardedCluster.Evaluation, EvaluationState.Done)], (await a.Evaluations.ListAsync(Cancellation).ToListAsync(Cancellation)).Select(e => (e.EvaluationId, e.State)));
        Assert.NotNull((await a.Jobs.ReadResultsAsync(GuardedCluster.Job, cancellation: Cancellation).SingleAsync(Cancellation)).Map);
    }

    [Fact]
    public async Task Names_of_one_tenant_are_free_for_another()
    {
        using var c = cluster.Client(cluster.C);
        await using var file = File.OpenRead(TestKit.Repo.Model("mnist-mlp"));
        await c.Models.AddAsync("model-of-c", file, cancellation: Cancellation);
        var job = await c.Jobs.SubmitAsync("model-of-c", new() { Method = "smoothgrad", Samples = 2 }, Clusters.Digits.Many(2), GuardedCluster.Job, Cancellation);
        Assert.Equal(2, (await c.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation)).ImagesDone);
        using var a = cluster.Client(cluster.A);
        Assert.Equal(1, (await a.Jobs.GetAsync(GuardedCluster.Job, Cancellation)).Images);
    }

    // Blobs are named by their content: whoever could ask for one by its hash would need no tenant.
    [Fact]
    public void No_request_takes_the_name_of_a_blob() => Assert.Empty(
        from rpc in RawCall.All.Values
        from field in rpc.InputType.Fields.InDeclarationOrder()
        where field.Name.Contains("sha", StringComparison.Ordinal) || field.Name.Contains("hash", StringComparison.Ordinal) || field.Name.Contains("blob", StringComparison.Ordinal)
        select $"{rpc.FullName} {field.Name}");

    [Fact]
    public async Task Knowing_the_hash_of_a_model_opens_nothing()
    {
        using var a = cluster.Client(cluster.A);
        using var b = cluster.Client(cluster.B);
        var hash = (await a.Models.GetAsync(GuardedCluster.Model, Cancellation)).Sha256;
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<GatewayException>(() => b.Models.GetAsync(hash, Cancellation))).Status);
    }
}
