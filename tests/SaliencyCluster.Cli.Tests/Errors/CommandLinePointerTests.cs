using SaliencyCluster.Cli.Errors;

namespace SaliencyCluster.Cli.Tests.Errors;

public sealed class CommandLinePointerTests
{
    [Fact]
    public void Carets_stand_under_the_first_quoted_word_that_was_typed()
    {
        var pointer = CommandLinePointer.At(["explain", "--model", "resnet5", "cat.png"], "Model 'x' or 'resnet5' is unknown.", 80);
        Assert.Equal("saliency explain --model resnet5 cat.png", pointer!.Line);
        Assert.Equal("                         ^^^^^^^", pointer.Carets);
    }

    [Fact]
    public void The_value_of_an_option_with_an_equals_sign_is_found() =>
        Assert.Equal("                 ^^^", CommandLinePointer.At(["--steps=abc"], "'abc' is no number.", 80)!.Carets);

    [Fact]
    public void No_pointer_is_shown_where_the_message_names_nothing_that_was_typed() =>
        Assert.Null(CommandLinePointer.At(["methods"], "The disk is full.", 80));

    [Fact]
    public void A_long_command_line_is_shortened_on_both_sides_of_the_word()
    {
        string[] arguments = [.. Enumerable.Repeat("before.npy", 20), "wrong", .. Enumerable.Repeat("after.npy", 20)];
        var pointer = CommandLinePointer.At(arguments, "'wrong' is wrong.", 80);
        Assert.InRange(pointer!.Line.Length, 60, 80);
        Assert.Equal("wrong", pointer.Line.Substring(pointer.Carets.IndexOf('^'), 5));
        Assert.EndsWith(" ...", pointer.Line, StringComparison.Ordinal);
    }
}
