using SaliencyCluster.Dashboard.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Tests.Images;

public sealed class ClassScoresTests
{
    private static readonly Model Named = new() { Labels = { "fox", "cat", "dog" } };

    [Fact]
    public void Classes_stand_best_first_with_label_and_probability()
    {
        var scores = new ClassScores(Named, [0.2f, 0.7f, 0.1f], AreProbabilities: true);
        Assert.Equal(["cat (1): 70.00 %", "fox (0): 20.00 %"], scores.Best(2).Select(c => $"{scores.NameOf(c)}: {scores.ValueOf(c)}"));
    }

    [Fact]
    public void Without_labels_and_probabilities_there_are_indices_and_scores()
    {
        var scores = new ClassScores(new(), [-1.5f, 12.25f], AreProbabilities: false);
        Assert.Equal(["class 1: 12.25", "class 0: -1.5"], scores.Best(8).Select(c => $"{scores.NameOf(c)}: {scores.ValueOf(c)}"));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("DOG", 2)]
    [InlineData("3", null)]
    [InlineData("wolf", null)]
    public void A_class_is_found_by_index_or_label(string text, int? index) =>
        Assert.Equal(index, new ClassScores(Named, [0, 0, 0], AreProbabilities: false).Find(text));
}
