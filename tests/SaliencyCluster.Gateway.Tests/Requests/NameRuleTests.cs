using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Requests;

namespace SaliencyCluster.Gateway.Tests.Requests;

public sealed class NameRuleTests
{
    [Fact]
    public void Half_a_character_is_no_name()
    {
        var fox = "\U0001F98A";
        foreach (var half in new[] { fox[..1], fox[1..], $"{fox[1]}{fox[0]}" })
            Assert.Equal("SAL2612", Assert.Throws<InvalidRequestException>(() => NameRule.CheckedImage(half, "f")).Code);
    }

    [Theory]
    [InlineData("resnet50")]
    [InlineData("a.b_c-9")]
    public void Plain_names_are_taken(string name) => Assert.Equal(name, NameRule.Checked(name, "f"));

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a:1")]
    [InlineData("a\n")]
    public void Names_that_could_not_be_part_of_a_key_are_refused(string name) =>
        Assert.Equal("SAL2612", Assert.Throws<InvalidRequestException>(() => NameRule.Checked(name, "f")).Code);

    [Theory]
    [InlineData("m")]
    [InlineData("m:12")]
    public void A_model_may_be_named_with_its_version(string reference) => Assert.Equal(reference, NameRule.CheckedModel(reference, "f"));

    [Theory]
    [InlineData("m:")]
    [InlineData("m:0")]
    [InlineData("m:-1")]
    [InlineData("m:x")]
    [InlineData("m: 1")]
    [InlineData("m:+1")]
    [InlineData("m:1\n")]
    [InlineData(":1")]
    public void A_version_is_a_number_from_1(string reference) =>
        Assert.Equal("SAL2612", Assert.Throws<InvalidRequestException>(() => NameRule.CheckedModel(reference, "f")).Code);

    [Theory]
    [InlineData("IMG 0042 (ä)")]
    [InlineData("\U0001F98A \U00020BB7")]
    [InlineData("...")]
    [InlineData("party \U0001F389")]             // outside the basic plane
    [InlineData("\U00020BB7野家")]
    [InlineData("می\u200Cخواهم")]               // a non-joiner, ordinary in Persian
    public void Image_names_may_be_anything_that_a_folder_may_be_called(string name) => Assert.Equal(name, NameRule.CheckedImage(name, "f"));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a\n")]
    public void Image_names_that_would_leave_their_folder_are_refused(string name) =>
        Assert.Equal("SAL2612", Assert.Throws<InvalidRequestException>(() => NameRule.CheckedImage(name, "f")).Code);
}
