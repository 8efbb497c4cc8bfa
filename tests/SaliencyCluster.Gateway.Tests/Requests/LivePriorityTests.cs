using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;

namespace SaliencyCluster.Gateway.Tests.Requests;

public sealed class LivePriorityTests
{
    [Theory]
    [InlineData(20_000, 1, JobPriority.Interactive)]
    [InlineData(20_001, 1, JobPriority.Batch)]
    [InlineData(32, 256, JobPriority.Interactive)]
    [InlineData(5000, 256, JobPriority.Batch)]
    [InlineData(long.MaxValue, 256, JobPriority.Batch)]
    public void A_call_goes_before_batch_work_up_to_a_number_of_points_of_all_its_images(long points, int images, JobPriority priority) =>
        Assert.Equal(priority, new CheckedRequests([], points).LivePriority(images, new GatewayLimits()));

    [Fact]
    public void Where_no_point_may_go_before_batch_work_no_call_does() =>
        Assert.Equal(JobPriority.Batch, new CheckedRequests([], 1).LivePriority(1, new GatewayLimits { MaxLivePoints = 0 }));
}
