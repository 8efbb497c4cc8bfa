using Grpc.Core;
using SaliencyCluster.Gateway.Errors;

namespace SaliencyCluster.Gateway.Tests.Errors;

public sealed class StatusTableTests
{
    [Theory]
    [InlineData("SAL1001", StatusCode.InvalidArgument)]
    [InlineData("SAL2001", StatusCode.InvalidArgument)]
    [InlineData("SAL2031", StatusCode.FailedPrecondition)]
    [InlineData("SAL2402", StatusCode.Aborted)]
    [InlineData("SAL2605", StatusCode.ResourceExhausted)]
    [InlineData("SAL2612", StatusCode.InvalidArgument)]
    [InlineData("SAL2625", StatusCode.Unavailable)]
    [InlineData("SAL2631", StatusCode.NotFound)]
    [InlineData("SAL2642", StatusCode.InvalidArgument)]
    [InlineData("SAL3001", StatusCode.AlreadyExists)]
    [InlineData("SAL3002", StatusCode.NotFound)]
    [InlineData("SAL3004", StatusCode.NotFound)]
    [InlineData("SAL3008", StatusCode.InvalidArgument)]
    [InlineData("SAL3010", StatusCode.ResourceExhausted)]
    [InlineData("SAL4001", StatusCode.Aborted)]
    [InlineData("SAL9030", StatusCode.Unavailable)]
    [InlineData("SAL9099", StatusCode.Internal)]
    [InlineData("SAL9101", StatusCode.ResourceExhausted)]
    public void A_code_has_the_status_that_the_protos_promise(string code, StatusCode status) => Assert.Equal(status, StatusTable.Of(code));
}
