using SaliencyCluster.Attribution.Methods.Layers;

namespace SaliencyCluster.Attribution.Tests.Methods;

public class PrincipalComponentTests
{
    [Theory]
    [InlineData(3, 40)]  // more places than channels
    [InlineData(40, 6)]  // more channels than places
    [InlineData(1, 5)]
    public void The_component_of_a_tensor_of_one_direction_is_that_direction(int channels, int places)
    {
        // layer = mean of the channel + u v, whose projection on v / |v| is |v| u less its mean.
        var (u, v) = (Enumerable.Range(0, places).Select(p => Math.Sin(p) + (0.1 * p)).ToArray(), Enumerable.Range(0, channels).Select(c => Math.Cos(2 * c) + 1.5).ToArray());
        var layer = Tensor.Zeros([channels, 1, places]);
        for (var c = 0; c < channels; c++)
            for (var p = 0; p < places; p++) layer.Data[(c * places) + p] = (float)((v[c] * u[p]) + c);
        var (length, mean) = (Math.Sqrt(v.Sum(x => x * x)), u.Average());
        var expected = u.Select(x => length * (x - mean)).ToArray();
        var sign = expected.MaxBy(Math.Abs) < 0 ? -1 : 1;
        var map = PrincipalComponent.Of(layer);
        Assert.Equal([1, 1, places], map.Shape);
        for (var p = 0; p < places; p++) Assert.Equal(sign * expected[p], map.Data[p], 1e-4 * length);
    }

    [Fact]
    public void No_direction_has_more_variance_than_the_component()
    {
        var random = new Random(3);
        var layer = Tensor.Zeros([20, 6, 5]);
        for (var i = 0; i < layer.Data.Length; i++) layer.Data[i] = (float)random.NextDouble();
        var map = PrincipalComponent.Of(layer).Data;
        var variance = map.Sum(v => (double)v * v);
        for (var trial = 0; trial < 200; trial++)
        {
            var direction = Enumerable.Range(0, 20).Select(_ => random.NextDouble() - 0.5).ToArray();
            var length = Math.Sqrt(direction.Sum(d => d * d));
            var projected = Enumerable.Range(0, 30).Select(p => Enumerable.Range(0, 20).Sum(c => layer.Data[(c * 30) + p] * direction[c] / length)).ToArray();
            var mean = projected.Average();
            Assert.True(projected.Sum(v => (v - mean) * (v - mean)) <= variance * (1 + 1e-5));
        }
        Assert.Equal(0, map.Average(), 1e-5);
        Assert.True(map.MaxBy(Math.Abs) > 0);
    }

    [Fact]
    public void Places_that_are_all_alike_give_zeros() =>
        Assert.All(PrincipalComponent.Of(new Tensor([2, 1, 3], [4, 4, 4, 7, 7, 7])).Data, v => Assert.Equal(0, v));
}
