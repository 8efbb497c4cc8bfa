using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Aggregation;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Serialization;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Serialization;

public sealed class PooledTensorCodecTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Tensors_arrive_with_shape_and_bits()
    {
        var sent = PooledTensor.Of([2, 3], [1, -0f, float.NaN, float.MaxValue, float.Epsilon, 0.1f]);
        var received = Serializer.Deserialize<PooledTensor>(Serializer.SerializeToArray(sent))!;
        Assert.Equal([2, 3], received.Shape);
        Assert.Equal(sent.ToArray().Select(BitConverter.SingleToInt32Bits), received.ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void Tensors_inside_messages_and_absent_ones_arrive()
    {
        var sent = new PartialMessage
        {
            Round = 1,
            Level = 2,
            Index = 3,
            Sum = PooledTensor.Of([3], [1, 2, 3]),
            Scores = PooledTensor.Of([0], []),
            Checksum = 7,
            Worker = "w/cpu",
        };
        var received = Serializer.Deserialize<PartialMessage>(Serializer.SerializeToArray(sent))!;
        Assert.Equal([1f, 2, 3], received.Sum!.ToArray());
        Assert.Null(received.SquaredSum);
        Assert.Equal(0, received.Scores.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_message_whose_shape_lies_is_refused_before_memory_is_taken(int dimension)
    {
        var bytes = Serializer.SerializeToArray(PooledTensor.Of([1, 2, 3], [9, 9, 9, 9, 9, 9]));
        var shape = bytes.AsSpan().IndexOf(new byte[] { 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0 }) + 4 + 4 * dimension;
        BitConverter.TryWriteBytes(bytes.AsSpan(shape), 2_000_000_000);
        Assert.Throws<SerializerException>(() => Serializer.Deserialize<PooledTensor>(bytes));
    }

    [Fact]
    public void A_shape_that_does_not_fit_its_elements_is_refused() =>
        Assert.Throws<ArgumentException>(() => PooledTensor.Of([2, 2], [1, 2, 3]));

    [Fact]
    public void A_disposed_tensor_cannot_be_read()
    {
        var tensor = PooledTensor.Rent([5]);
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Span.Length);
    }

    [Fact]
    public void Requests_of_the_core_travel_whole()
    {
        var request = new ExplanationRequest { Method = "occlusion", Window = [3, 4], Seed = ulong.MaxValue, Stdev = 0.15 };
        var received = Serializer.Deserialize<JobSubmission>(Serializer.SerializeToArray(
            new JobSubmission { Model = "m", Request = request, Images = new("h", 2) }))!.Request;
        Assert.Equal((request.Method, request.Seed, request.Stdev), (received.Method, received.Seed, received.Stdev));
        Assert.Equal(request.Window, received.Window);
    }

    [Fact]
    public void Coded_errors_keep_their_parts()
    {
        var received = Serializer.Deserialize<Exception>(Serializer.SerializeToArray<Exception>(new SaliencyException("SAL3002", "No job.", "Look.")));
        var error = Assert.IsType<SaliencyException>(received);
        Assert.Equal(("SAL3002", "No job.", "Look."), (error.Code, error.What, error.Next));
    }
}
