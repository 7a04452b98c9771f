/** Terraform and what its checks need. */
import { installedProgram, programOnPath, type ServerTool } from './server-tool.ts';

export const TERRAFORM: ServerTool = { name: 'terraform', needs: 'terraform on PATH', find: () => programOnPath('terraform') };

export const TERRAFORM_GOOGLE_SCHEMA: ServerTool = {
  name: 'terraform-google-schema',
  needs: 'go',
  find: () => installedProgram('terraform-google-schema', 'terraformrc'),
};

export const TFLINT: ServerTool = { name: 'tflint', needs: 'go', find: () => installedProgram('tflint', 'tflint') };
