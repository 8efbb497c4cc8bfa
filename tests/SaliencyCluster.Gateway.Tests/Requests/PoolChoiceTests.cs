using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Requests;

public sealed class PoolChoiceTests
{
    [Theory]
    [InlineData("", "", "default")]
    [InlineData("", "gpu", "gpu")]
    [InlineData("cpu,gpu", "", "cpu")]
    [InlineData("gpu,default", "", "default")]
    [InlineData("cpu,gpu", "gpu", "gpu")]
    public void The_request_chooses_among_the_pools_of_the_key(string allowed, string asked, string chosen) =>
        Assert.Equal(chosen, PoolChoice.Of(With(allowed), asked, "header.pool"));

    [Theory]
    [InlineData("a100")]
    [InlineData("default")]
    public void A_pool_that_the_key_may_not_use_is_refused_with_those_it_may(string asked)
    {
        var error = Assert.Throws<SaliencyException>(() => PoolChoice.Of(With("cpu,gpu"), asked, "header.pool"));
        Assert.Equal("SAL2906", error.Code);
        Assert.Equal(Grpc.Core.StatusCode.PermissionDenied, StatusTable.Of(error.Code));
        Assert.Equal($"The API key 'k' may not use the pool '{asked}'; its pools are cpu, gpu.", error.What);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a b")]
    [InlineData(".hidden")]
    public void A_pool_that_is_no_name_is_refused_with_its_field(string asked) =>
        Assert.Equal("SAL2612", Assert.Throws<InvalidRequestException>(() => PoolChoice.Of(Caller.Anyone, asked, "header.pool")).Code);

    private static Caller With(string pools) => Caller.Of(new KeyEntry
    {
        Id = "k", Tenant = "t", Role = Role.Submit, Hash = "", Created = DateTimeOffset.UnixEpoch, Pools = pools.Length == 0 ? null : pools.Split(','),
    });
}
