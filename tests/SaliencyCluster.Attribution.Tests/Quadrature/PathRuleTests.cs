using SaliencyCluster.Attribution.Quadrature;

namespace SaliencyCluster.Attribution.Tests.Quadrature;

public class PathRuleTests
{
    [Theory]
    [InlineData("riemann_left", new[] { 0.0, 0.25, 0.5, 0.75 }, new[] { 0.25, 0.25, 0.25, 0.25 })]
    [InlineData("riemann_right", new[] { 0.25, 0.5, 0.75, 1 }, new[] { 0.25, 0.25, 0.25, 0.25 })]
    [InlineData("riemann_middle", new[] { 0.125, 0.375, 0.625, 0.875 }, new[] { 0.25, 0.25, 0.25, 0.25 })]
    [InlineData("riemann_trapezoid", new[] { 0, 1.0 / 3, 2.0 / 3, 1 }, new[] { 0.125, 0.25, 0.25, 0.125 })]
    [InlineData("gausslegendre", new[] { 0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970263 }, new[] { 0.17392742256872684, 0.32607257743127316, 0.32607257743127316, 0.17392742256872684 })]
    public void Rules_are_captums(string name, double[] alphas, double[] weights)
    {
        var rule = PathRule.ByName(name, 4);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(alphas[i], rule.Alphas[i], 1e-7);
            Assert.Equal((float)weights[i], rule.Weights[i], 1e-8f);
        }
    }

    [Theory]
    [InlineData("riemann_left", 1.0)]
    [InlineData("riemann_right", 1.0)]
    [InlineData("riemann_middle", 1.0)]
    [InlineData("gausslegendre", 1.0)]
    [InlineData("pair", 1.0)]
    [InlineData("riemann_trapezoid", 49.0 / 50)]
    public void Weights_add_up_to_one_but_for_captums_trapezoid(string name, double sum) =>
        Assert.Equal(sum, PathRule.ByName(name, 50).Weights.Sum(w => (double)w), 1e-6);

    [Fact]
    public void Riemann_positions_are_float32_numbers_as_in_pytorch() =>
        Assert.All(PathRule.ByName("riemann_middle", 64).Alphas.Concat(PathRule.ByName("riemann_right", 50).Alphas), a => Assert.Equal((float)a, a));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(51)]
    [InlineData(999)]
    [InlineData(1000)]
    public void Gauss_legendre_integrates_polynomials_up_to_degree_2n_minus_1(int n)
    {
        var (nodes, weights) = GaussLegendre.Rule(n);
        foreach (var degree in new[] { 0, 1, 2, Math.Min(2 * n - 1, 40), Math.Min(2 * n - 2, 40) }.Where(d => d <= 2 * n - 1))
        {
            var integral = nodes.Zip(weights, (x, w) => w * Math.Pow(x, degree)).Sum();
            Assert.Equal(degree % 2 == 0 ? 2.0 / (degree + 1) : 0, integral, 5e-14);
        }
        Assert.Equal(nodes.Order(), nodes);
        Assert.All(weights, w => Assert.True(w > 0));
    }

    [Theory]
    [InlineData(1000, 0, 0.99999711129807551057, 7.4133384164320715175e-6)]
    [InlineData(1000, 1, 0.99998477963291741832, 0.000017256769773739230118)]
    [InlineData(1000, 250, 0.70571762518929540657, 0.0022246841786682929441)]
    [InlineData(50, 0, 0.99886640442007105019, 0.0029086225531551409584)]
    public void Nodes_and_weights_are_those_of_50_digit_arithmetic(int n, int fromTop, double node, double weight)
    {
        var (nodes, weights) = GaussLegendre.Rule(n);
        Assert.Equal(node, nodes[n - 1 - fromTop], 3e-16);
        Assert.Equal(1, weights[n - 1 - fromTop] / weight, 1e-10);
    }
}
