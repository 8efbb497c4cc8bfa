using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Faithfulness;

public sealed class PerturbationTests
{
    private static readonly Tensor Digit = References.Map("inputs/mnist-cnn/digit-3");

    public static TheoryData<int> Imputations => References.Rows("imputation");

    [Theory, MemberData(nameof(Imputations))]
    public void Imputation_without_noise_solves_the_system_that_scipy_solves(int row)
    {
        var expected = References.All["imputation"]![row]!;
        var image = References.Map((string)expected["image"]!);
        var every = (int)expected["every"]!;
        int[] removed = [.. Enumerable.Range(0, image.Shape[1] * image.Shape[2]).Where(i => i % every != 0)];
        var filled = LinearImputation.Fill(image, removed, noise: 0, new RandomStream(0, EvaluationStream.Imputation));
        References.AssertClose(expected["some"]!.Numbers(), filled.Data.Every(61).Select(v => (double)v), 2e-6);
    }

    [Fact]
    public void Imputation_leaves_the_other_pixels_and_adds_the_asked_noise_to_removed_ones()
    {
        int[] removed = [.. Enumerable.Range(100, 500)];
        Tensor Fill(double noise) => LinearImputation.Fill(Digit, removed, noise, new RandomStream(5, EvaluationStream.Imputation));
        var (smooth, noisy) = (Fill(0), Fill(0.01));
        Assert.All(Enumerable.Range(0, 784).Except(removed), i => Assert.Equal(Digit.Data[i], noisy.Data[i]));
        Assert.Equal(0.01, Math.Sqrt(removed.Average(i => Math.Pow(noisy.Data[i] - smooth.Data[i], 2))), 0.001);
    }

    [Fact]
    public void Imputation_needs_a_pixel_that_is_left() =>
        Assert.Throws<ArgumentException>(() =>
            LinearImputation.Fill(Digit, [.. Enumerable.Range(0, 784)], 0, new RandomStream(0, EvaluationStream.Imputation)));

    [Fact]
    public void A_walk_changes_the_strongest_pixels_first_and_ends_at_the_other_image()
    {
        var image = new Tensor([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
        var order = PixelOrder.Descending(new(2, 2, [0.1, 0.9, 0.5, 0.9]));
        Assert.Equal([1, 3, 2, 0], order);
        float[][] walk = [.. PixelSteps.Walk(image, Substrates.Constant(image, 0), order, steps: 2).Select(t => t.Data)];
        Assert.Equal([[1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 3, 0, 5, 0, 7, 0], [0, 0, 0, 0, 0, 0, 0, 0]], walk);
    }

    [Fact]
    public void The_blur_of_the_insertion_game_keeps_the_mass_of_a_picture_with_an_empty_border()
    {
        var dot = Tensor.Zeros(1, 28, 28);
        dot.Data[(14 * 28) + 14] = 1;
        var blurred = Substrates.Blurred(dot);
        Assert.Equal(1, blurred.Data.Sum(), 1e-5);
        Assert.Equal(11 * 11, blurred.Data.Count(v => v > 0));
        Assert.Equal(blurred.Data[(9 * 28) + 14], blurred.Data[(14 * 28) + 19], 1e-7);
    }

    [Fact]
    public void Black_is_the_least_value_of_the_image_whatever_its_units() =>
        Assert.All(Substrates.Black(References.Map("inputs/bears-clean/lion-on-sand")).Data, v => Assert.Equal(References.Map("inputs/bears-clean/lion-on-sand").Data.Min(), v));

    [Fact]
    public void A_perturbed_image_stays_in_its_cube_and_fills_it()
    {
        var changes = Sensitivity.Perturbed(Digit, 0.02, new RandomStream(1, EvaluationStream.Sensitivity)).Data.Zip(Digit.Data, (a, b) => a - b).ToList();
        Assert.All(changes, c => Assert.InRange(c, -0.0200001f, 0.0200001f));
        Assert.InRange(changes.Max(), 0.0195f, 0.0201f);
    }

    [Fact]
    public void A_removed_square_takes_all_channels_of_its_pixels_and_nothing_else()
    {
        var ones = new Tensor([3, 8, 8], [.. Enumerable.Repeat(1f, 192)]);
        var taken = SquareRemoval.Perturbation(ones, 3, new RandomStream(1, EvaluationStream.Infidelity));
        Assert.Equal(27, taken.Data.Sum());
        Assert.Equal(taken.Data[..64], taken.Data[128..]);
    }
}
